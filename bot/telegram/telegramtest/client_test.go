package telegramtest_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"passerelle/bot/telegram/telegramtest"
)

// fields are the parameters or the results of a call.
type fields map[string]any

// An answer is the envelope of the API.
type answer struct {
	OK          bool            `json:"ok"`
	Result      json.RawMessage `json:"result"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Parameters  struct {
		RetryAfter int `json:"retry_after"`
	} `json:"parameters"`
}

// ask makes a call with a JSON body.
func ask(tb testing.TB, s *telegramtest.Server, method string, params fields) answer {
	tb.Helper()
	body, err := json.Marshal(params)
	if err != nil {
		tb.Fatal(err)
	}
	return post(tb, s, method, "application/json", bytes.NewReader(body))
}

// post makes a call with any body.
func post(tb testing.TB, s *telegramtest.Server, method, kind string, body io.Reader) answer {
	tb.Helper()
	a, err := try(s, method, kind, body)
	if err != nil {
		tb.Fatalf("%s: %v", method, err)
	}
	return a
}

func try(s *telegramtest.Server, method, kind string, body io.Reader) (a answer, err error) {
	w, err := http.Post(s.URL()+"/bot"+s.Token()+"/"+method, kind, body)
	if err != nil {
		return a, err
	}
	defer w.Body.Close()
	err = json.NewDecoder(w.Body).Decode(&a)
	return a, err
}

// must makes a call that works, and returns its result.
func must[T any](tb testing.TB, s *telegramtest.Server, method string, params fields) T {
	tb.Helper()
	a := ask(tb, s, method, params)
	if !a.OK {
		tb.Fatalf("%s: %d %s", method, a.Code, a.Description)
	}
	return read[T](tb, a)
}

func read[T any](tb testing.TB, a answer) T {
	tb.Helper()
	var result T
	if err := json.Unmarshal(a.Result, &result); err != nil {
		tb.Fatalf("result %s: %v", a.Result, err)
	}
	return result
}

// A sent message, as far as tests look at it.
type sent struct {
	ID       int                   `json:"message_id"`
	Text     string                `json:"text"`
	Caption  string                `json:"caption"`
	Entities []telegramtest.Entity `json:"entities"`
	Photo    []struct {
		ID    string `json:"file_id"`
		Width int    `json:"width"`
	} `json:"photo"`
}

// An update, as far as tests look at it.
type update struct {
	ID      int64 `json:"update_id"`
	Message struct {
		Text string `json:"text"`
		Chat struct {
			ID int64 `json:"id"`
		} `json:"chat"`
		Voice struct {
			ID string `json:"file_id"`
		} `json:"voice"`
	} `json:"message"`
	Press *struct {
		ID   string `json:"id"`
		Data string `json:"data"`
		From struct {
			ID       int64  `json:"id"`
			Language string `json:"language_code"`
		} `json:"from"`
	} `json:"callback_query"`
	Member *struct {
		New struct {
			Status string `json:"status"`
		} `json:"new_chat_member"`
	} `json:"my_chat_member"`
}

// wants demands one refusal, or none when the code is 0.
func wants(t *testing.T, got answer, code int, description string) {
	t.Helper()
	if got.Code != code || !strings.Contains(got.Description, description) {
		t.Errorf("answered %d %q, want %d %q", got.Code, got.Description, code, description)
	}
}

// known is a server on which chat 7 has written.
func known(tb testing.TB) *telegramtest.Server {
	tb.Helper()
	s := telegramtest.Start(tb)
	s.Say(7, "bonjour")
	return s
}

// keyboard is one row of one button.
func keyboard(text, data string) fields {
	return fields{"inline_keyboard": [][]fields{{{"text": text, "callback_data": data}}}}
}

// form is a multipart body, sent in chunks.
func form(tb testing.TB, params map[string]string, field, name string, file []byte) (kind string, body io.Reader) {
	tb.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range params {
		if err := w.WriteField(k, v); err != nil {
			tb.Fatal(err)
		}
	}
	if field != "" {
		part, err := w.CreateFormFile(field, name)
		if err != nil {
			tb.Fatal(err)
		}
		part.Write(file)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return w.FormDataContentType(), chunks{&b}
}

// chunks hides the length of a body.
type chunks struct{ io.Reader }

// picture draws a PNG.
func picture(tb testing.TB, width, height int) []byte {
	tb.Helper()
	var b bytes.Buffer
	m := image.NewGray(image.Rect(0, 0, width, height))
	m.Set(0, 0, color.White)
	if err := png.Encode(&b, m); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func jpegPicture(tb testing.TB) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30)), nil); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}
