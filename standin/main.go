// Command reprise-standin serves the MongoDB wire protocol from SQLite files, for machines without mongod. It is
// FerretDB, embedded, plus the index that makes an update by _id fast.
//
// Usage: reprise-standin <address:port> <directory>
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("usage: reprise-standin <address:port> <directory>")
	}

	dir, err := filepath.Abs(args[1])
	if err != nil {
		return err
	}

	if err = os.MkdirAll(dir, 0o700); err != nil {
		return err
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))

	// In WAL mode "normal" keeps every commit over a kill of this process; a power cut may take the last ones.
	location := url.URL{Scheme: "file", Opaque: (&url.URL{Path: dir}).EscapedPath() + "/", RawQuery: "_pragma=synchronous(normal)"}

	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: args[0]},
		Handler:   "sqlite",
		SQLiteURL: location.String(),
	})
	if err != nil {
		return err
	}

	done := make(chan struct{})

	go func() {
		defer close(done)
		keepIndexed(ctx, dir)
	}()

	err = server.Run(ctx)
	stop()
	<-done

	return err
}
