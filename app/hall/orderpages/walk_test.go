package orderpages_test

import (
	"fmt"
	"strings"
	"testing"

	"hallway/app/hall/browsertest"
	"hallway/app/hall/halltest"
	"hallway/app/hall/order"
	"hallway/app/operation"
)

// person walks through the desk's pages in a real browser.
type person struct {
	*browsertest.Page
	t *testing.T
}

// go to a path and wait until the page has what is meant.
func (p person) visit(url, what, expression string) {
	p.t.Helper()
	var none any
	p.Eval(fmt.Sprintf("void(window.before = 1, setTimeout(() => location.href = %q))", url), &none)
	p.Until(what, "!window.before && document.readyState === 'complete' && "+expression)
}

// submit fills a form that holds a button and presses the button.
func (p person) submit(button string, fields map[string]string, what, expression string) {
	p.t.Helper()
	var none any
	for name, value := range fields {
		p.Eval(fmt.Sprintf("void(document.querySelector(%q).closest('form').elements[%q].value = %q)", button, name, value), &none)
	}
	p.Eval("void(window.before = 1)", &none)
	p.Eval(fmt.Sprintf("void(setTimeout(() => document.querySelector(%q).click()))", button), &none)
	p.Until(what, "!window.before && document.readyState === 'complete' && "+expression)
}

func (p person) signIn(url, clerk string) {
	p.t.Helper()
	p.visit(url+"/orders", "sign-in", "document.querySelector('[name=pin]')")
	p.submit("main button", map[string]string{"clerk": clerk, "pin": halltest.PIN}, "list", "document.querySelector('[data-role]')")
}

func (p person) signOut() {
	p.t.Helper()
	p.submit("header button", nil, "sign-in", "document.querySelector('[name=pin]')")
}

func (p person) act(event string, fields map[string]string, state order.State) {
	p.t.Helper()
	p.submit("[data-event="+event+"]", fields, event+" leads to "+string(state),
		fmt.Sprintf("document.querySelector('h1')?.dataset.state === %q && document.querySelector('.done')", state))
}

func (p person) texts(selector string) string {
	p.t.Helper()
	var s string
	p.Eval(fmt.Sprintf("[...document.querySelectorAll(%q)].map(e => e.innerText).join(' | ')", selector), &s)
	return s
}

// An order from its registration to a second answer, each step on the page of
// who takes it, in Chromium; then the citizen's phone, which opens the slip's
// code.
func TestTheDeskIsWalkedInARealBrowser(t *testing.T) {
	d := newDesk(t)
	number := d.lodge(order.Complaint, order.Registered)
	p := person{browsertest.Start(t).Open("about:blank", 1280, 900), t}

	p.signIn(d.url, halltest.OrderClerk)
	p.Picture("orders-list.png")
	page := d.url + "/orders/o/" + number
	open := func() { p.visit(page, "order", "document.querySelector('h1[data-number]')") }
	open()
	p.Picture("orders-order.png")
	p.act("assign", map[string]string{"to": "MSA"}, order.Assigned)
	p.signOut()

	p.signIn(d.url, halltest.UnitClerk)
	open()
	p.submit("[data-event=return]", map[string]string{"text": "不属我局"}, "list", "document.querySelector('[data-role=unit]') && location.pathname === '/orders'")
	p.signOut()

	p.signIn(d.url, halltest.OrderClerk)
	open()
	p.act("assign", map[string]string{"to": "MSA"}, order.Assigned)
	p.signOut()

	p.signIn(d.url, halltest.OrderLeader)
	open()
	p.act("extend", map[string]string{"text": "需专家鉴定", "days": "3"}, order.Assigned)
	p.visit(d.url+"/orders/leaders", "figures", "document.querySelector('#units')")
	if got := p.texts("#units tr[data-unit=MSA] td.n"); got != "1 | 0 | 0 | 0 | 1 | 0 | 0" {
		t.Errorf("figures of the unit: %s", got)
	}
	p.Picture("orders-leaders.png")
	p.signOut()

	p.signIn(d.url, halltest.UnitClerk)
	open()
	p.act("accept", nil, order.Accepted)
	p.act("start", nil, order.InProgress)
	p.act("answer", map[string]string{"text": "已修好。\n每周复查。"}, order.Answered)
	p.Picture("orders-answered.png")
	p.signOut()

	p.signIn(d.url, halltest.OrderClerk)
	open()
	p.act("reopen", nil, order.Reopened)
	if got := p.texts("#steps td:nth-child(2)"); !strings.HasPrefix(got, "登记 | 分派 | 退回\n不属我局 | 分派 | 延期\n需专家鉴定 | 受理 | 开始办理 | 答复") || !strings.HasSuffix(got, "重办") {
		t.Errorf("steps: %s", got)
	}
	p.submit("header form:last-child button", nil, "English", "document.documentElement.lang === 'en'")
	p.Picture("orders-list-en.png")

	phone := person{browsertest.Start(t).Open("about:blank", 390, 844), t}
	phone.visit(operation.OrderLink(d.url, number, halltest.Secret), "the order", "document.querySelector('h1')?.dataset.state === 'reopened'")
	phone.Picture("orders-phone.png")
	var address string
	if phone.Eval("location.href", &address); strings.Contains(address, halltest.Secret) || strings.Contains(address, number) {
		t.Errorf("the phone's address keeps %s", address)
	}
	if body := phone.texts("main"); !strings.Contains(body, "每周复查") || strings.Contains(body, "13800001234") {
		t.Errorf("the phone shows %s", body)
	}
}
