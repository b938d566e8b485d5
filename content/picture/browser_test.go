package picture

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"passerelle/bot/phone/phonetest"
)

// How far a picture may be from the one a browser draws of it, with the same
// letters: the mean difference of a channel of 256 steps, and how many pixels
// of a thousand are clearly different.
const (
	maxMean  = 0.9
	maxOther = 5.0
)

// Pictures of our lessons, and drawings of each thing the package says it draws,
// look as they do in a browser.
func TestLikeBrowser(t *testing.T) {
	tab := phonetest.Start(t).Tab(t, 400, 300)
	all := pictures(t)
	maps.Copy(all, samples())
	server := httptest.NewServer(gallery(all))
	t.Cleanup(server.Close)
	for name, svg := range all {
		t.Run(name, func(t *testing.T) {
			got := canvas(t, svg)
			size := got.Bounds().Size()
			tab.Open(fmt.Sprintf("%s/page?%s&%d&%d", server.URL, name, size.X, size.Y))
			tab.Eventually("window.drawn")
			_, data, _ := strings.Cut(phonetest.Eval[string](tab, "window.drawn"), ",")
			want, err := base64.StdEncoding.DecodeString(data)
			if err != nil {
				t.Fatal(err)
			}
			mean, other := difference(got, decoded(t, want))
			keep(t, name, svg, want)
			t.Logf("mean %.3f, other %.2f ‰", mean, other)
			if mean > maxMean || other > maxOther {
				t.Errorf("not as in a browser: mean difference %.3f, at most %.3f; %.2f ‰ clearly different, at most %.2f", mean, maxMean, other, maxOther)
			}
		})
	}
}

// keep writes what was drawn, and what a browser draws, into the folder that
// the environment names in PASSERELLE_SHOTS.
func keep(t *testing.T, name, svg string, theirs []byte) {
	t.Helper()
	folder := os.Getenv("PASSERELLE_SHOTS")
	if folder == "" {
		return
	}
	for kind, data := range map[string][]byte{"ours": drawn(t, svg), "theirs": theirs} {
		if err := os.WriteFile(filepath.Join(folder, strings.ReplaceAll(name, "/", "-")+"-"+kind+".png"), data, 0o600); err != nil {
			t.Error(err)
		}
	}
}

// gallery serves pictures, with the Go fonts inside, and a page that draws one
// on a canvas of the size asked for.
func gallery(all map[string]string) http.Handler {
	face := func(weight string, ttf []byte) string {
		return fmt.Sprintf(`@font-face{font-family:Go;font-weight:%s;src:url(data:font/ttf;base64,%s)}`,
			weight, base64.StdEncoding.EncodeToString(ttf))
	}
	const rule = `text{font-family:Go !important;font-kerning:none}`
	style := "<style>" + face("normal", goregular.TTF) + face("bold", gobold.TTF) + rule + "</style>"
	mux := http.NewServeMux()
	mux.HandleFunc("/page", func(w http.ResponseWriter, r *http.Request) {
		part := strings.Split(r.URL.RawQuery, "&")
		fmt.Fprintf(w, `<!doctype html><script>
			const picture = new Image(%[2]s, %[3]s);
			picture.onload = () => {
				const canvas = document.createElement("canvas");
				canvas.width = %[2]s; canvas.height = %[3]s;
				const to = canvas.getContext("2d");
				to.fillStyle = "#fff"; to.fillRect(0, 0, %[2]s, %[3]s);
				to.drawImage(picture, 0, 0, %[2]s, %[3]s);
				window.drawn = canvas.toDataURL();
			};
			picture.src = "/svg?%[1]s";
			</script>`, part[0], part[1], part[2])
	})
	mux.HandleFunc("/svg", func(w http.ResponseWriter, r *http.Request) {
		svg := all[r.URL.RawQuery]
		i := strings.Index(svg[strings.Index(svg, "<svg"):], ">") + strings.Index(svg, "<svg") + 1
		w.Header().Set("Content-Type", "image/svg+xml")
		fmt.Fprint(w, svg[:i]+style+svg[i:])
	})
	return mux
}

// difference is the mean difference of the channels of two pictures, and how
// many pixels of a thousand differ by more than a quarter of the range.
func difference(a *image.RGBA, b image.Image) (mean, other float64) {
	ours, theirs := a.Pix, flat(b).Pix
	if len(ours) != len(theirs) {
		return 256, 1000
	}
	var sum, far int
	for i := 0; i < len(ours); i += 4 {
		most := 0
		for j := i; j < i+3; j++ {
			d := max(int(ours[j])-int(theirs[j]), int(theirs[j])-int(ours[j]))
			sum += d
			most = max(most, d)
		}
		if most > 64 {
			far++
		}
	}
	pixels := float64(len(ours) / 4)
	return float64(sum) / pixels / 3, float64(far) / pixels * 1000
}

// flat is a picture with four bytes a pixel.
func flat(picture image.Image) *image.RGBA {
	to := image.NewRGBA(image.Rectangle{Max: picture.Bounds().Size()})
	draw.Draw(to, to.Bounds(), picture, picture.Bounds().Min, draw.Src)
	return to
}

func decoded(tb testing.TB, data []byte) image.Image {
	tb.Helper()
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		tb.Fatal(err)
	}
	return picture
}
