package main

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// plot is how something grows with a size: a logarithmic axis below, a linear one from zero at the left. Flat lines and straight ones that rise
// are what is hoped for: constant and logarithmic cost.
type plot struct {
	file   string // its name in docs/performance
	title  string
	x, y   string // what the axes show, with units
	series []series
}

// series is a named line. Points with a y that is no number are left out.
type series struct {
	name   string
	points []point
}

type point struct{ x, y float64 }

// The picture, in pixels: a frame with room for the axes' figures around the drawing.
const (
	plotWidth, plotHeight               = 720, 400
	marginLeft, marginRight             = 80, 40
	marginTop, marginBottom             = 72, 60
	drawWidth                           = plotWidth - marginLeft - marginRight
	drawHeight                          = plotHeight - marginTop - marginBottom
	ink, faint, background, plotFont    = "#24292f", "#d0d7de", "#ffffff", "system-ui, sans-serif"
	firstColour, secondColour, thirdOne = "#0969da", "#bf3989", "#1a7f37"
)

// svg draws the plot. Colours are fixed, background included, so that it reads the same on a dark page.
func (p plot) svg() string {
	low, high := p.decades()
	step, top := ticks(p.highest())
	d := drawing{low: low, high: high, top: top}
	fmt.Fprintf(&d.b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="%s" font-size="13">`+"\n",
		plotWidth, plotHeight, plotWidth, plotHeight, plotFont)
	fmt.Fprintf(&d.b, `<title>%s</title>`+"\n", html.EscapeString(p.title))
	fmt.Fprintf(&d.b, `<rect width="%d" height="%d" fill="%s"/>`+"\n", plotWidth, plotHeight, background)
	d.text(marginLeft, 26, "start", ` font-size="16" font-weight="600"`, p.title)
	for exponent := low; exponent <= high; exponent++ {
		x := d.x(math.Pow10(exponent))
		d.line(x, marginTop, x, marginTop+drawHeight, faint)
		d.text(x, marginTop+drawHeight+20, "middle", "", thousands(int64(math.Pow10(exponent))))
	}
	for value := 0.0; value <= top*1.0001; value += step {
		d.line(marginLeft, d.y(value), marginLeft+drawWidth, d.y(value), faint)
		d.text(marginLeft-8, d.y(value)+4, "end", "", tickText(value, step))
	}
	d.line(marginLeft, marginTop+drawHeight, marginLeft+drawWidth, marginTop+drawHeight, ink)
	d.line(marginLeft, marginTop, marginLeft, marginTop+drawHeight, ink)
	d.text(marginLeft+drawWidth/2, plotHeight-14, "middle", "", p.x)
	d.text(20, marginTop+drawHeight/2, "middle", fmt.Sprintf(` transform="rotate(-90 20 %d)"`, marginTop+drawHeight/2), p.y)
	for i, s := range p.series {
		d.series(i, s)
	}
	d.b.WriteString("</svg>\n")
	return d.b.String()
}

// decades are the powers of ten around all x.
func (p plot) decades() (low, high int) {
	smallest, largest := math.Inf(1), math.Inf(-1)
	for _, s := range p.series {
		for _, at := range s.points {
			smallest, largest = min(smallest, at.x), max(largest, at.x)
		}
	}
	if largest <= 0 || smallest <= 0 {
		return 0, 1
	}
	low, high = int(math.Floor(math.Log10(smallest))), int(math.Ceil(math.Log10(largest)))
	return low, max(high, low+1)
}

func (p plot) highest() (y float64) {
	for _, s := range p.series {
		for _, at := range s.points {
			if !math.IsNaN(at.y) {
				y = max(y, at.y)
			}
		}
	}
	return y
}

// ticks are four to eight round steps from zero to above the highest value.
func ticks(highest float64) (step, top float64) {
	if highest <= 0 {
		return 1, 1
	}
	step = math.Pow(10, math.Floor(math.Log10(highest/4)))
	for _, factor := range []float64{1, 2, 5, 10} {
		if highest/(step*factor) <= 8 {
			step *= factor
			break
		}
	}
	return step, step * math.Ceil(highest/step)
}

func tickText(value, step float64) string {
	if step >= 1 {
		return thousands(int64(math.Round(value)))
	}
	return fmt.Sprintf("%.*f", int(math.Ceil(-math.Log10(step))), value)
}

// drawing collects the picture.
type drawing struct {
	b         strings.Builder
	low, high int     // decades of x
	top       float64 // of y
}

func (d *drawing) x(v float64) float64 {
	return marginLeft + drawWidth*(math.Log10(v)-float64(d.low))/float64(d.high-d.low)
}

func (d *drawing) y(v float64) float64 { return marginTop + drawHeight*(1-v/d.top) }

func (d *drawing) line(x1, y1, x2, y2 float64, colour string) {
	fmt.Fprintf(&d.b, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s"/>`+"\n", x1, y1, x2, y2, colour)
}

func (d *drawing) text(x, y float64, anchor, more, text string) {
	fmt.Fprintf(&d.b, `<text x="%.1f" y="%.1f" text-anchor="%s" fill="%s"%s>%s</text>`+"\n", x, y, anchor, ink, more, html.EscapeString(text))
}

// series draws a line with its points, and its name with a mark of its colour above the drawing.
func (d *drawing) series(number int, s series) {
	colour := []string{firstColour, secondColour, thirdOne}[number%3]
	var path []string
	for _, at := range s.points {
		if math.IsNaN(at.y) {
			continue
		}
		path = append(path, fmt.Sprintf("%.1f,%.1f", d.x(at.x), d.y(at.y)))
		fmt.Fprintf(&d.b, `<circle cx="%.1f" cy="%.1f" r="4" fill="%s"><title>%s: %s</title></circle>`+"\n", d.x(at.x), d.y(at.y), colour,
			thousands(int64(at.x)), figure(at.y))
	}
	fmt.Fprintf(&d.b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.Join(path, " "), colour)
	left := float64(marginLeft + 240*number)
	fmt.Fprintf(&d.b, `<rect x="%.1f" y="44" width="12" height="12" fill="%s"/>`+"\n", left, colour)
	d.text(left+18, 55, "start", "", s.name)
}
