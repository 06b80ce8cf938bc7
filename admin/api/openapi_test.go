package api

import (
	"bytes"
	"flag"
	"io"
	"log/slog"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"shunt/admin"
	"shunt/admin/admintest"
)

var update = flag.Bool("update", false, "rewrite the expected outputs")

// document is an OpenAPI description, as far as the API needs it.
//
// Reference: https://spec.openapis.org/oas/v3.1.0.
type document struct {
	OpenAPI    string                          `yaml:"openapi"`
	Info       map[string]string               `yaml:"info"`
	Security   []map[string][]string           `yaml:"security"`
	Paths      map[string]map[string]operation `yaml:"paths"`
	Components components                      `yaml:"components"`
}

type operation struct {
	Summary    string                 `yaml:"summary"`
	Security   *[]map[string][]string `yaml:"security,omitempty"` // an empty list: no password is needed
	Parameters []parameter            `yaml:"parameters,omitempty"`
	Body       *response              `yaml:"requestBody,omitempty"`
	Responses  map[string]response    `yaml:"responses"`
}

type parameter struct {
	Name        string `yaml:"name"`
	In          string `yaml:"in"`
	Description string `yaml:"description"`
	Required    bool   `yaml:"required,omitempty"`
	Schema      schema `yaml:"schema"`
}

type response struct {
	Description string           `yaml:"description,omitempty"`
	Content     map[string]media `yaml:"content"`
}

type media struct {
	Schema schema `yaml:"schema"`
}

type schema struct {
	Ref         string            `yaml:"$ref,omitempty"`
	Type        any               `yaml:"type,omitempty"` // a name, or two of them for what may be null
	Description string            `yaml:"description,omitempty"`
	Items       *schema           `yaml:"items,omitempty"`
	Properties  map[string]schema `yaml:"properties,omitempty"`
}

type components struct {
	Schemas         map[string]schema            `yaml:"schemas"`
	SecuritySchemes map[string]map[string]string `yaml:"securitySchemes"`
}

// describe makes the description of routes.
func describe(routes []route) document {
	d := document{
		OpenAPI: "3.1.0",
		Info: map[string]string{"title": "shunt", "version": "1", "description": "Operations on a running shunt. The words are those of " +
			"the console; docs/reference/http.md has examples."},
		Security: []map[string][]string{{"password": {}}},
		Paths:    map[string]map[string]operation{},
		Components: components{
			Schemas:         map[string]schema{},
			SecuritySchemes: map[string]map[string]string{"password": {"type": "http", "scheme": "basic"}},
		},
	}
	for _, r := range routes {
		if strings.HasPrefix(r.path, "/debug/") {
			continue // Go's own
		}
		if d.Paths[r.path] == nil {
			d.Paths[r.path] = map[string]operation{}
		}
		d.Paths[r.path][strings.ToLower(r.method)] = d.operation(r)
	}
	return d
}

func (d *document) operation(r route) operation {
	o := operation{Summary: r.about, Responses: map[string]response{"200": d.content("What was asked for.", r.answer)}}
	if r.media != "" {
		o.Responses["200"] = response{"What was asked for.", map[string]media{r.media: {schema{Type: "string"}}}}
	}
	if r.open {
		o.Security = &[]map[string][]string{}
	} else {
		o.Responses["default"] = d.content("Why not.", errorBody{})
	}
	for _, p := range r.parts {
		o.Parameters = append(o.Parameters, parameter{p.name, "path", p.about, true, schema{Type: "string"}})
	}
	for _, p := range r.query {
		o.Parameters = append(o.Parameters, parameter{p.name, "query", p.about, p.required, schema{Type: "string"}})
	}
	if r.body != nil {
		body := d.content("", r.body)
		o.Body = &body
	}
	return o
}

func (d *document) content(about string, value any) response {
	if value == nil {
		return response{about, map[string]media{"text/plain": {schema{Type: "string"}}}}
	}
	return response{about, map[string]media{"application/json": {d.schema(reflect.TypeOf(value))}}}
}

// schema describes a Go type; structs become components.
func (d *document) schema(t reflect.Type) schema {
	switch t.Kind() {
	case reflect.Struct:
		if _, known := d.Components.Schemas[t.Name()]; !known {
			d.Components.Schemas[t.Name()] = d.structSchema(t)
		}
		return schema{Ref: "#/components/schemas/" + t.Name()}
	case reflect.Slice:
		items := d.schema(t.Elem())
		return schema{Type: "array", Items: &items}
	case reflect.Pointer:
		s := d.schema(t.Elem())
		s.Type = []any{s.Type, "null"}
		return s
	case reflect.String:
		return schema{Type: "string"}
	case reflect.Bool:
		return schema{Type: "boolean"}
	case reflect.Float64:
		return schema{Type: "number"}
	}
	return schema{Type: "integer"}
}

func (d *document) structSchema(t reflect.Type) schema {
	s := schema{Type: "object", Properties: map[string]schema{}}
	for i := range t.NumField() {
		f := t.Field(i)
		property := d.schema(f.Type)
		property.Description = f.Tag.Get("doc")
		s.Properties[f.Tag.Get("json")] = property
	}
	return s
}

func newAPI(t *testing.T) (*API, *admintest.Orders) {
	t.Helper()
	house, orders := admintest.House()
	return New(Config{Address: "127.0.0.1:0", Password: "s3cret"}, admin.New(house), slog.New(slog.NewTextHandler(io.Discard, nil))), orders
}

// TestDescription: openapi.yaml says what the routes are, with the fields of the rows.
func TestDescription(t *testing.T) {
	a, _ := newAPI(t)
	var b bytes.Buffer
	b.WriteString("# Made from the routes and rows by the tests of this package: go test ./admin/api -update.\n")
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(describe(a.routes())); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("openapi.yaml", b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(description, b.String()); diff != "" {
		t.Errorf("openapi.yaml is not in step with the routes (-file +code; go test -update accepts it):\n%s", diff)
	}
}
