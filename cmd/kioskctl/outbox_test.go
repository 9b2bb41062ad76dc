package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/catalogue"
	"hallway/app/hall/client"
	"hallway/app/operation"
	"hallway/app/outbox"
	"hallway/idreader"
)

// accept is a command of scripts: a terminal that has seen its hall accepts
// applications for the items named behind its folder, and writes each receipt. Its
// hall refuses an application for "bad", and of the others knows nothing.
func accept() {
	if err := acceptAll(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func acceptAll(dir string, items []string) (err error) {
	key, err := operation.GenerateKey()
	if err != nil {
		return err
	}
	hall := httptest.NewServer(busyHall{key})
	defer hall.Close()
	t, err := outbox.Open(context.Background(), outbox.Options{Dir: dir, Terminal: "012", Hall: client.New(hall.URL, "token", nil)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	seen := make(chan struct{}, 1)
	defer t.Watch(func() {
		if _, ok := t.Hall(); ok {
			select {
			case seen <- struct{}{}:
			default:
			}
		}
	})()
	ran := make(chan struct{})
	go func() { defer close(ran); t.Run(ctx) }()
	defer func() { stop(); <-ran }()
	<-seen
	ids := operation.IDs(time.Now, rand.Reader)
	for _, item := range items {
		a, err := t.Apply(ctx, operation.ApplicationRequest{Op: ids(), Item: item, Lang: "en",
			Person: idreader.Conceal(idreader.Person{Name: "张三丰", Number: "110101194912310016"}), Fields: idreader.Conceal(map[string]string{})})
		fmt.Println(a.Receipt, err)
	}
	return nil
}

// busyHall speaks the hall's protocol to a terminal: it puts off every
// operation and rejects those about item "bad".
type busyHall struct{ key operation.PrivateKey }

func (h busyHall) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var answer any = struct{}{}
	switch r.URL.Path {
	case api.PathHall:
		pub := h.key.Public()
		answer = api.Hall{ID: "0417", Zone: "Asia/Shanghai", Day: "2026-11-23", NextDay: "2026-11-24", Time: time.Now().UnixMilli(),
			Suite: operation.SuiteHPKE1, KeyID: pub.ID(), PublicKey: pub.Bytes(), Catalogue: "1"}
	case api.PathCatalogue:
		answer = catalogue.Catalogue{Version: "1", Items: []catalogue.Item{{Code: "A1", Apply: true}}}
	case api.PathOps:
		var req api.SubmitRequest
		if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
			panic(err)
		}
		answer = api.SubmitResponse{Results: h.results(req.Ops)}
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		panic(err)
	}
}

func (h busyHall) results(ops []operation.Envelope) (all []operation.Result) {
	for _, e := range ops {
		r := operation.Result{ID: e.ID, Status: operation.Retry}
		if b, err := operation.OpenBody[operation.ApplicationBody](h.key, e); err == nil && b.Item == "bad" {
			r.Status, r.Problem = operation.Rejected, &operation.Problem{Code: operation.CodeValidation, Detail: "no such item"}
		}
		all = append(all, r)
	}
	return all
}
