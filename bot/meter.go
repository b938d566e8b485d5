package bot

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// A meter counts what this process does. No label names a person.
type meter struct {
	registry   *prometheus.Registry
	turns      *prometheus.CounterVec // by reason
	duration   prometheus.Histogram
	deliveries *prometheus.CounterVec // by channel and result
	refused    *prometheus.CounterVec // by cap
	parked     prometheus.Counter
	wentBack   prometheus.Counter
}

// The results of a delivery, as they are counted.
const (
	resultSent    = "sent"
	resultLater   = "later"
	resultBuried  = "buried"
	resultUnnoted = "unnoted" // the store could not be told: it may be sent again
)

// newMeter makes a meter at zero.
func newMeter() *meter {
	m := &meter{
		registry: prometheus.NewRegistry(),
		turns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "passerelle_turns_total", Help: "Turns committed, by what was made of the input.",
		}, []string{"reason"}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "passerelle_turn_seconds", Help: "Time from an input to its commit.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14),
		}),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "passerelle_deliveries_total", Help: "Attempts to send a message.",
		}, []string{"channel", "result"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "passerelle_refused_total", Help: "Inputs not taken because a cap was reached.",
		}, []string{"cap"}),
		parked: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "passerelle_parked_total", Help: "Inputs parked after failing again and again.",
		}),
		wentBack: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "passerelle_store_went_back_total", Help: "Conversations of which the store lost turns that this process knew.",
		}),
	}
	m.registry.MustRegister(m.turns, m.duration, m.deliveries, m.refused, m.parked, m.wentBack,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// A census is a collector of what the store holds; it asks at each scrape.
type census struct {
	count func(context.Context) (map[string]int64, error)
}

// The gauges of a census: their names here, and what they say.
func gauges() map[string]*prometheus.Desc {
	gauge := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("passerelle_"+name, help, nil, nil)
	}
	return map[string]*prometheus.Desc{
		"conversations": gauge("conversations", "Conversations ever begun."),
		"outbox":        gauge("outbox_waiting", "Messages waiting to be sent."),
		"requests":      gauge("requests_waiting", "Learners who wait for a person."),
		"dead":          gauge("dead_letters", "Messages that could not be sent."),
		"parked":        gauge("parked_inputs", "Inputs parked for somebody to look at."),
		"setbacks":      gauge("conversations_went_back", "Marks left where the store had lost turns of a conversation."),
	}
}

// Describe implements [prometheus.Collector].
func (c census) Describe(out chan<- *prometheus.Desc) {
	for _, desc := range gauges() {
		out <- desc
	}
}

// Collect implements [prometheus.Collector].
func (c census) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	found, err := c.count(ctx)
	for name, desc := range gauges() {
		if err != nil {
			out <- prometheus.NewInvalidMetric(desc, err)
			continue
		}
		out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, float64(found[name]))
	}
}
