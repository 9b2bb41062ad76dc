package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"hallway/queue/voice"
)

// publish keeps the state of a zone for who asks.
func (v *speaker) publish(name string, s voice.State) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.reports == nil {
		v.reports = map[string]voice.Report{}
	}
	v.reports[name] = voice.Report{Zone: name, Since: time.Now().UnixMilli(), State: s}
}

// serve answers GET /ZONE with a voice.Report as JSON until stop is called.
func (v *speaker) serve(address string) (stop func(), err error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("status of the voice: %w", err)
	}
	v.out.line("Status at http://%s/ZONE", l.Addr())
	s := &http.Server{Handler: http.HandlerFunc(v.answer), ReadHeaderTimeout: statusIn, WriteTimeout: statusIn, IdleTimeout: time.Minute}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			v.out.line("status of the voice: %v", err)
		}
	}()
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if s.Shutdown(ctx) != nil {
			s.Close()
		}
		<-ended
	}, nil
}

// statusIn bounds one question and its answer.
const statusIn = 5 * time.Second

func (v *speaker) answer(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	report, ok := v.reports[r.URL.Path[1:]]
	v.mu.Unlock()
	if !ok || r.Method != http.MethodGet {
		http.Error(w, errNoZone.Error(), http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(report)
}
