package telegramtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// A failure is a refusal as the bot sees it.
type failure struct {
	code        int
	description string
	retryAfter  int    // s, of 429
	page        string // sent instead of the envelope
}

func (f *failure) Error() string { return f.description }

// bad refuses a request that is wrong in itself.
func bad(format string, args ...any) error {
	return &failure{code: http.StatusBadRequest, description: "Bad Request: " + fmt.Sprintf(format, args...)}
}

func forbidden(why string) error {
	return &failure{code: http.StatusForbidden, description: "Forbidden: " + why}
}

func conflict(why string) error {
	return &failure{code: http.StatusConflict, description: "Conflict: " + why}
}

func tooMany(seconds int) error {
	return &failure{
		code: http.StatusTooManyRequests, retryAfter: seconds,
		description: "Too Many Requests: retry after " + strconv.Itoa(seconds),
	}
}

// An envelope is the form of every answer.
type envelope struct {
	OK          bool        `json:"ok"`
	Result      any         `json:"result,omitempty"`
	ErrorCode   int         `json:"error_code,omitempty"`
	Description string      `json:"description,omitempty"`
	Parameters  *parameters `json:"parameters,omitempty"`
}

type parameters struct {
	RetryAfter int `json:"retry_after,omitempty"`
}

// answer writes a result or a refusal.
func answer(w http.ResponseWriter, result any, err error) {
	if err == nil {
		write(w, http.StatusOK, envelope{OK: true, Result: result})
		return
	}
	var f *failure
	if !errors.As(err, &f) {
		f = &failure{code: http.StatusInternalServerError, description: "Internal Server Error: " + err.Error()}
	}
	if f.page != "" {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(f.code)
		_, _ = w.Write([]byte(f.page))
		return
	}
	e := envelope{ErrorCode: f.code, Description: f.description}
	if f.retryAfter > 0 {
		e.Parameters = &parameters{f.retryAfter}
		w.Header().Set("Retry-After", strconv.Itoa(f.retryAfter))
	}
	write(w, f.code, e)
}

func write(w http.ResponseWriter, status int, e envelope) {
	body, err := json.Marshal(e)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
