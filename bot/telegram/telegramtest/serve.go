package telegramtest

import (
	"context"
	"crypto/subtle"
	"errors"
	"maps"
	"net/http"
	"strings"
	"time"
)

// A Call is one request of the bot.
type Call struct {
	Method string
	Chat   int64 // 0 when the method has none
	At     time.Time
	Params map[string]string // numbers and objects as JSON; uploads by their name
	Code   int               // of the answer, 0 while there is none; 200 when the answer was swallowed
}

// A method of the API. It runs without the lock.
type method func(*Server, *call) (any, error)

// methods are what this server knows, by their names in lower case.
func methods() map[string]method {
	return map[string]method{
		"getme":                  (*Server).getMe,
		"getupdates":             (*Server).getUpdates,
		"sendmessage":            (*Server).sendMessage,
		"sendphoto":              (*Server).sendPhoto,
		"sendvoice":              (*Server).sendVoice,
		"sendchataction":         (*Server).sendChatAction,
		"editmessagetext":        (*Server).editMessageText,
		"editmessagecaption":     (*Server).editMessageCaption,
		"editmessagereplymarkup": (*Server).editMessageReplyMarkup,
		"deletemessage":          (*Server).deleteMessage,
		"answercallbackquery":    (*Server).answerCallbackQuery,
		"setmycommands":          (*Server).setMyCommands,
		"getmycommands":          (*Server).getMyCommands,
		"deletemycommands":       (*Server).deleteMyCommands,
		"setmyname":              (*Server).setMyName,
		"getmyname":              (*Server).getMyName,
		"setmydescription":       (*Server).setMyDescription,
		"getmydescription":       (*Server).getMyDescription,
		"setmyshortdescription":  (*Server).setMyShortDescription,
		"getmyshortdescription":  (*Server).getMyShortDescription,
		"setwebhook":             (*Server).setWebhook,
		"deletewebhook":          (*Server).deleteWebhook,
		"getwebhookinfo":         (*Server).getWebhookInfo,
		"getfile":                (*Server).getFile,
		"leavechat":              (*Server).leaveChat,
	}
}

// serve answers one request.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	path, isFile := strings.CutPrefix(r.URL.Path, "/file")
	rest, isBot := strings.CutPrefix(path, "/bot")
	token, name, deep := strings.Cut(rest, "/")
	switch {
	case !isBot || !deep || !strings.Contains(token, ":"):
		answer(w, nil, &failure{code: http.StatusNotFound, description: "Not Found"})
	case subtle.ConstantTimeCompare([]byte(token), []byte(s.o.Token)) == 0:
		answer(w, nil, &failure{code: http.StatusUnauthorized, description: "Unauthorized"})
	case isFile:
		s.download(w, r, name)
	default:
		s.call(w, r, name)
	}
}

// call answers one call of a method, unless a fault is scripted for it.
func (s *Server) call(w http.ResponseWriter, r *http.Request, name string) {
	c, err := readCall(w, r, name)
	note := s.note(c, err)
	if err != nil {
		s.finish(w, note, nil, err)
		return
	}
	f := s.fault(c)
	if f.Hang > 0 && !s.wait(r.Context(), f.Hang) {
		panic(http.ErrAbortHandler)
	}
	if f.Drop {
		panic(http.ErrAbortHandler)
	}
	if err := f.refusal(); err != nil {
		s.noted(note, err, false)
		answer(w, nil, err)
		return
	}
	result, err := s.do(c)
	if f.Cut {
		s.noted(note, err, true)
		panic(http.ErrAbortHandler)
	}
	s.finish(w, note, result, err)
}

func (s *Server) finish(w http.ResponseWriter, note int, result any, err error) {
	s.noted(note, err, true)
	answer(w, result, err)
}

// do runs the method.
func (s *Server) do(c *call) (any, error) {
	m, ok := methods()[strings.ToLower(c.method)]
	if !ok {
		return nil, &failure{code: http.StatusNotFound, description: "Not Found: method not found"}
	}
	return m(s, c)
}

// wait tells whether that time passed before the client or the server left.
func (s *Server) wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
	case <-s.done:
	}
	return false
}

// note remembers a call and returns its number.
func (s *Server) note(c *call, err error) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, _ := c.chat()
	call := Call{Method: c.method, Chat: chat, At: s.now(), Params: c.named()}
	if err != nil {
		call.Params = nil
	}
	s.calls = append(s.calls, call)
	s.forgetCalls()
	s.wake()
	return s.forgotten + len(s.calls) - 1
}

// forgetCalls drops the oldest half of what is too much.
func (s *Server) forgetCalls() {
	if len(s.calls) <= s.o.Keep {
		return
	}
	n := len(s.calls) / 2
	s.calls = append([]Call(nil), s.calls[n:]...)
	s.forgotten += n
}

// noted adds what became of a call; strict tells that the refusal is ours and
// no scripted one.
func (s *Server) noted(note int, err error, strict bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	code := http.StatusOK
	if f, ok := errors.AsType[*failure](err); ok {
		code = f.code
	}
	c := &Call{Method: "?"}
	if i := note - s.forgotten; i >= 0 {
		c = &s.calls[i]
	}
	c.Code = code
	if strict && code == http.StatusBadRequest && len(s.refused) < 1000 {
		s.refused = append(s.refused, c.Method+": "+err.Error())
	}
	s.wake()
}

// Calls returns the calls of a method, as Telegram spells it; of all methods
// when it is "".
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Call
	for _, c := range s.calls {
		if method == "" || strings.EqualFold(c.Method, method) {
			c.Params = maps.Clone(c.Params)
			found = append(found, c)
		}
	}
	return found
}

// Refused returns what was answered 400 because it broke a rule, as "method:
// description". Scripted faults are none of it.
func (s *Server) Refused() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.refused...)
}

func (s *Server) getMe(*call) (any, error) { return s.me(), nil }

// me is the bot as its own methods return it.
func (s *Server) me() map[string]any {
	u := s.bot()
	u["can_join_groups"], u["can_read_all_group_messages"], u["supports_inline_queries"] = true, false, false
	u["can_connect_to_business"], u["has_main_web_app"] = false, false
	return u
}
