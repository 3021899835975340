package main

import (
	"context"
	"database/sql"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite"
)

// How soon a new collection gets its index: long enough to cost nothing, short enough that a collection is still small.
const watchEvery = 250 * time.Millisecond

// watched is one database file and the tables that have their index.
type watched struct {
	db      *sql.DB
	file    os.FileInfo
	changed time.Time
	indexed map[string]bool
}

// keepIndexed gives every collection an index on the expression that FerretDB's queries by _id use. FerretDB's own unique
// index is on _ferretdb_sjson->"_id" while its queries ask _ferretdb_sjson->'$._id', so without this one each of them
// scans the table. Returns when ctx ends.
func keepIndexed(ctx context.Context, dir string) {
	files := map[string]*watched{}

	defer func() {
		for _, w := range files {
			_ = w.db.Close()
		}
	}()

	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()

	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			look(ctx, dir, files)
		}
	}
}

func look(ctx context.Context, dir string, files map[string]*watched) {
	found, err := filepath.Glob(filepath.Join(dir, "*.sqlite"))
	if err != nil {
		return
	}

	present := map[string]bool{}

	for _, path := range found {
		file, err := os.Stat(path)
		if err != nil {
			continue
		}

		w := files[path]
		if w != nil && !os.SameFile(w.file, file) {
			// Dropped and made again between two looks.
			_ = w.db.Close()
			w = nil
		}

		if w == nil {
			if w = open(path, file); w == nil {
				continue
			}

			files[path] = w
		}

		present[path] = true

		changed := lastChange(path)
		if changed.Equal(w.changed) {
			continue
		}

		if index(ctx, w) {
			w.changed = changed
		}
	}

	// A dropped database takes its file with it.
	for path, w := range files {
		if !present[path] {
			_ = w.db.Close()
			delete(files, path)
		}
	}
}

func open(path string, file os.FileInfo) *watched {
	db, err := sql.Open("sqlite", "file:"+strings.ReplaceAll(path, "?", "%3f")+"?mode=rw&_pragma=busy_timeout(2000)")
	if err != nil {
		slog.Warn("cannot open a database to index it", "file", filepath.Base(path), "error", err)
		return nil
	}

	db.SetMaxOpenConns(1)

	return &watched{db: db, file: file, indexed: map[string]bool{}}
}

// lastChange is the newest of the file and its write-ahead log.
func lastChange(path string) time.Time {
	var newest time.Time

	for _, name := range []string{path, path + "-wal"} {
		if info, err := os.Stat(name); err == nil && info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}

	return newest
}

// index reports whether every collection known now has its index; if not, the next look tries again.
func index(ctx context.Context, w *watched) bool {
	tables, err := tablesOf(ctx, w.db)
	if err != nil {
		// The file exists before FerretDB has made its list of collections.
		return false
	}

	complete := true

	for _, table := range tables {
		if w.indexed[table] {
			continue
		}

		quoted := strings.ReplaceAll(table, `"`, `""`)

		_, err = w.db.ExecContext(ctx, `CREATE INDEX IF NOT EXISTS "`+quoted+`__id_path" ON "`+quoted+`" (_ferretdb_sjson->'$._id')`)
		if err != nil {
			complete = false

			if ctx.Err() == nil {
				slog.Warn("cannot index a collection yet", "table", table, "error", err)
			}

			continue
		}

		w.indexed[table] = true
	}

	return complete
}

func tablesOf(ctx context.Context, db *sql.DB) ([]string, error) {
	rows, err := db.QueryContext(ctx, `SELECT table_name FROM _ferretdb_collections`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()

	var tables []string

	for rows.Next() {
		var table string
		if err = rows.Scan(&table); err != nil {
			return nil, err
		}

		tables = append(tables, table)
	}

	return tables, rows.Err()
}
