package telegramtest

import (
	"encoding/json"
	"strings"
)

// An inlineButton is one under a message. Clients of Go send an empty
// copy_text beside callback_data; the server looks at callback_data first.
type inlineButton struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
	Copy *struct {
		Text string `json:"text"`
	} `json:"copy_text,omitempty"`
}

// maxButtons is how many one message may have.
const maxButtons = 100

// markup reads reply_markup: rows of buttons under the message, or another
// keyboard, which is only checked to be one.
func (c *call) markup() (keyboard []buttons, another bool, err error) {
	var m struct {
		Inline   *[]buttons          `json:"inline_keyboard"`
		Keyboard [][]json.RawMessage `json:"keyboard"`
		Remove   bool                `json:"remove_keyboard"`
		Force    bool                `json:"force_reply"`
	}
	if c.params["reply_markup"] == "" {
		return nil, false, nil
	}
	if err := c.object("reply_markup", &m); err != nil {
		return nil, false, bad("can't parse reply keyboard markup JSON object")
	}
	switch {
	case m.Inline != nil:
		keyboard, err = checkKeyboard(*m.Inline)
		return keyboard, false, err
	case len(m.Keyboard) > 0, m.Remove, m.Force:
		return nil, true, nil
	}
	return nil, false, bad("object expected as reply markup")
}

func checkKeyboard(rows []buttons) ([]buttons, error) {
	count := 0
	kept := []buttons{}
	for _, row := range rows {
		for i := range row {
			if err := row[i].check(); err != nil {
				return nil, err
			}
		}
		count += len(row)
		if len(row) > 0 {
			kept = append(kept, row)
		}
	}
	if count > maxButtons {
		return nil, bad("REPLY_MARKUP_TOO_LONG")
	}
	return kept, nil
}

func (b *inlineButton) check() error {
	if b.Copy != nil && b.Copy.Text == "" {
		b.Copy = nil
	}
	switch {
	case strings.TrimSpace(b.Text) == "":
		return bad("can't parse inline keyboard button: Field \"text\" must be non-empty")
	case len(b.Data) > 64:
		return bad("BUTTON_DATA_INVALID")
	case b.Data == "" && b.URL == "" && b.Copy == nil:
		return bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
	case b.URL != "" && !isLink(b.URL):
		return bad("inline keyboard button URL '%s' is invalid: Wrong HTTP URL", b.URL)
	}
	return nil
}

// same tells whether two keyboards show the same.
func same(a, b []buttons) bool {
	left, _ := json.Marshal(a) // plain strings always can be
	right, _ := json.Marshal(b)
	return len(a) == 0 && len(b) == 0 || string(left) == string(right)
}
