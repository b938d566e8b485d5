package telegramtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// maxBody is the largest request: a file of 50 MB and what goes with it.
const maxBody = 51 << 20

// A call is one request, decoded: every parameter as text, numbers and objects
// as JSON.
type call struct {
	ctx     context.Context //nolint:containedctx // the call is the request
	method  string
	params  map[string]string
	uploads map[string]upload
}

// An upload is a file that came with a call.
type upload struct {
	name string
	data []byte
}

// readCall decodes a request. The call is never nil.
func readCall(w http.ResponseWriter, r *http.Request, name string) (*call, error) {
	c := &call{ctx: r.Context(), method: name, params: map[string]string{}, uploads: map[string]upload{}}
	c.form(r.URL.Query())
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		return c, &failure{code: http.StatusMethodNotAllowed, description: "Method Not Allowed"}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return c, &failure{code: http.StatusRequestEntityTooLarge, description: "Request Entity Too Large"}
	}
	if err != nil {
		return c, &failure{code: http.StatusRequestTimeout, description: "the body did not come whole"}
	}
	if err := c.body(body, r.Header.Get("Content-Type")); err != nil {
		return c, err
	}
	return c, c.utf8()
}

// body decodes a body by its type. An empty one has no parameters, whatever
// its type: clients post an empty multipart body without its last boundary.
func (c *call) body(body []byte, contentType string) error {
	if len(body) == 0 {
		return nil
	}
	kind, options, err := mime.ParseMediaType(contentType)
	if err != nil {
		return bad("unsupported content type %q", contentType)
	}
	switch kind {
	case "application/json":
		return c.json(body)
	case "application/x-www-form-urlencoded":
		return c.urlencoded(body)
	case "multipart/form-data":
		return c.multipart(multipart.NewReader(bytes.NewReader(body), options["boundary"]))
	default:
		return bad("unsupported content type %q", kind)
	}
}

func (c *call) json(body []byte) error {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return bad("can't parse JSON object")
	}
	for name, raw := range fields {
		var text string
		if string(raw) == "null" {
			continue
		}
		if json.Unmarshal(raw, &text) != nil {
			text = string(raw)
		}
		c.params[name] = text
	}
	return nil
}

func (c *call) urlencoded(body []byte) error {
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return bad("can't parse the form")
	}
	c.form(values)
	return nil
}

func (c *call) form(values url.Values) {
	for name := range values {
		c.params[name] = values.Get(name)
	}
}

func (c *call) multipart(r *multipart.Reader) error {
	for {
		part, err := r.NextPart()
		if err == io.EOF { //nolint:errorlint // a wrapped one means that the last boundary is missing
			return nil
		}
		if err != nil {
			return bad("can't parse the multipart body")
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return bad("can't parse the multipart body")
		}
		if part.FileName() != "" {
			c.uploads[part.FormName()] = upload{part.FileName(), data}
		} else {
			c.params[part.FormName()] = string(data)
		}
	}
}

// utf8 refuses text in another encoding.
func (c *call) utf8() error {
	for name, text := range c.params {
		if !utf8.ValidString(name) || !utf8.ValidString(text) {
			return bad("strings must be encoded in UTF-8")
		}
	}
	return nil
}

// named are the parameters, and the uploads by their name.
func (c *call) named() map[string]string {
	all := map[string]string{}
	for name, text := range c.params {
		all[name] = strings.Clone(text)
	}
	for name, u := range c.uploads {
		all[name] = u.name
	}
	return all
}
