package e2e

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// story is what people do with the application, from its installation on.
func (w *wordPress) story() {
	w.t.Helper()
	w.install()
	w.logIn()
	w.look("/wp-admin/index.php", "plugins.php", "users.php", "edit.php", "edit.php?post_type=page", "edit-comments.php", "themes.php",
		"edit-tags.php?taxonomy=category", "options-general.php", "options-permalink.php", "profile.php", "tools.php", "upload.php", "nav-menus.php")
	w.settings()
	w.plugins()
	posts := w.write()
	w.comment(posts[0])
	w.read(posts)
	w.manage(posts)
	w.logOut()
}

func (w *wordPress) install() {
	w.t.Helper()
	w.get("/wp-admin/install.php", "Information needed")
	w.post("/wp-admin/install.php?step=2", url.Values{
		"weblog_title": {"A blog's \"title\""}, "user_name": {wordPressAdmin}, "admin_password": {wordPressSecret}, "admin_password2": {wordPressSecret},
		"pw_weak": {"1"}, "admin_email": {"editor@blog.example"}, "Submit": {"Install"}, "language": {""},
	}, "Success!")
}

func (w *wordPress) logIn() {
	w.t.Helper()
	w.get("/wp-login.php", "user_login")
	w.post("/wp-login.php", url.Values{"log": {wordPressAdmin}, "pwd": {"wrong"}, "testcookie": {"1"}}, "incorrect")
	w.post("/wp-login.php", url.Values{
		"log": {wordPressAdmin}, "pwd": {wordPressSecret}, "testcookie": {"1"}, "rememberme": {"forever"},
		"redirect_to": {"http://" + wordPressHost + "/wp-admin/"},
	}, "Dashboard")
	w.nonce = w.get("/wp-admin/admin-ajax.php?action=rest-nonce", "")
}

// look opens pages of the administration.
func (w *wordPress) look(pages ...string) {
	w.t.Helper()
	for _, page := range pages {
		w.get("/wp-admin/"+strings.TrimPrefix(page, "/wp-admin/"), "wpbody-content")
	}
}

func (w *wordPress) settings() {
	w.t.Helper()
	page := w.get("/wp-admin/options-general.php", "Site Title")
	w.post("/wp-admin/options.php", url.Values{
		"option_page": {"general"}, "action": {"update"}, "_wpnonce": {w.hidden(page, "_wpnonce")}, "blogname": {"Ünïcödé & 'quotes'"},
		"blogdescription": {"100 % of it \\ 😀"}, "siteurl": {"http://" + wordPressHost}, "home": {"http://" + wordPressHost},
		"new_admin_email": {"editor@blog.example"}, "default_role": {"author"}, "timezone_string": {"Europe/Paris"}, "date_format": {"Y-m-d"},
		"time_format": {"H:i"}, "start_of_week": {"1"}, "users_can_register": {"1"}, "WPLANG": {""},
	}, "Settings saved")
	w.rest(http.MethodPost, "settings", map[string]any{"posts_per_page": 3}, http.StatusOK)
}

func (w *wordPress) plugins() {
	w.t.Helper()
	for _, action := range []string{"activate", "deactivate"} {
		page := html.UnescapeString(w.get("/wp-admin/plugins.php", "Akismet"))
		m := regexp.MustCompile(`plugins\.php\?action=` + action + `&plugin=akismet[^"]*`).FindString(page)
		if m == "" {
			w.t.Fatalf("the plugin cannot be %sd:\n%s", action, shortened(page))
		}
		w.get("/wp-admin/"+m, "wpbody-content")
	}
}

// write makes categories, tags, pages and posts, and changes some of them. It gives the posts' ids.
func (w *wordPress) write() (posts []int) {
	w.t.Helper()
	var categories, tags []int
	for _, name := range []string{"News", "Über uns", "Food & Drink"} {
		categories = append(categories, w.rest(http.MethodPost, "categories", map[string]any{"name": name, "description": "about " + name}, http.StatusCreated))
	}
	for _, name := range []string{"red", "green", "it's blue"} {
		tags = append(tags, w.rest(http.MethodPost, "tags", map[string]any{"name": name}, http.StatusCreated))
	}
	w.rest(http.MethodPost, "users", map[string]any{"username": "ann", "email": "ann@blog.example", "password": wordPressSecret, "roles": []string{"author"}, "name": "Ann O'Hara"}, http.StatusCreated)
	w.rest(http.MethodPost, "pages", map[string]any{"title": "About", "content": "A page.", "status": "publish", "menu_order": 2}, http.StatusCreated)
	w.get("/wp-admin/post-new.php", "wpbody-content")
	for i := range 5 {
		posts = append(posts, w.rest(http.MethodPost, "posts", map[string]any{
			"title": fmt.Sprintf("Post no. %d: it's \"quoted\" & 50 %% \\ off", i), "status": "publish", "date": fmt.Sprintf("2024-0%d-15T10:00:00", i+1),
			"content":    strings.Repeat("Words of a post; with 'quotes', a \\ and 漢字 😀.\n", 5*i+1),
			"categories": []int{categories[i%3]}, "tags": []int{tags[i%3], tags[(i+1)%3]}, "excerpt": "In short",
		}, http.StatusCreated))
	}
	w.rest(http.MethodPost, fmt.Sprint("posts/", posts[0]), map[string]any{"title": "A new title", "content": "Written anew.", "sticky": true}, http.StatusOK)
	w.rest(http.MethodPost, fmt.Sprint("posts/", posts[1]), map[string]any{"slug": "a-slug", "comment_status": "closed"}, http.StatusOK)
	w.rest(http.MethodPost, "posts", map[string]any{"title": "A draft", "content": "Not yet."}, http.StatusCreated)
	return posts
}

func (w *wordPress) comment(post int) {
	w.t.Helper()
	for i := range 3 {
		w.post("/wp-comments-post.php", url.Values{"comment": {fmt.Sprintf("Comment %d: that's \"it\"", i)}, "comment_post_ID": {fmt.Sprint(post)}, "comment_parent": {"0"}}, "that")
	}
	w.rest(http.MethodPost, "comments", map[string]any{"post": post, "content": "By REST", "parent": 0}, http.StatusCreated)
}

// read opens what visitors open.
func (w *wordPress) read(posts []int) {
	w.t.Helper()
	w.get("/", "Post no. 4")
	w.get("/?paged=2", "Post no.")
	w.get(fmt.Sprint("/?p=", posts[0]), "A new title")
	w.get("/?s=words+post", "Post no.")
	w.get("/?s=nothing-has-this", "nothing matched")
	w.get("/?m=202403", "Post no. 2")
	w.get("/?cat=1", "")
	w.get("/?tag=red", "Post no.")
	w.get("/?author=1", "")
	w.get("/?feed=rss2", "<rss")
	w.get("/?feed=comments-rss2", "<rss")
	w.get("/?pagename=about", "A page.")
	w.fetch(w.request(http.MethodGet, "/?p=99999", nil), http.StatusNotFound, "")
	for _, route := range []string{"posts&per_page=2&page=2&orderby=title&order=asc", "posts&search=quoted&_embed=1", "categories&hide_empty=1", "tags&orderby=count", "comments", "users", "types", "taxonomies", "search&search=post"} {
		w.rest(http.MethodGet, route, nil, http.StatusOK)
	}
	w.get("/wp-cron.php?doing_wp_cron", "")
}

// manage moderates, deletes and changes in the administration.
func (w *wordPress) manage(posts []int) {
	w.t.Helper()
	w.look("edit.php?s=quoted&orderby=title&order=desc", "edit.php?post_status=draft", fmt.Sprintf("post.php?post=%d&action=edit", posts[0]), "users.php?role=author",
		"edit-comments.php?comment_status=moderated", "options-discussion.php", "options-reading.php", "export.php")
	w.rest(http.MethodPost, "comments/2", map[string]any{"status": "spam"}, http.StatusOK)
	w.rest(http.MethodDelete, "comments/2&force=1", nil, http.StatusOK)
	w.rest(http.MethodDelete, fmt.Sprint("posts/", posts[2]), nil, http.StatusOK)
	w.rest(http.MethodDelete, fmt.Sprint("posts/", posts[3], "&force=1"), nil, http.StatusOK)
	w.rest(http.MethodDelete, "users/2&force=1&reassign=1", nil, http.StatusOK)
	w.rest(http.MethodDelete, "tags/5&force=1", nil, http.StatusOK)
	w.look("index.php", "edit.php?post_status=trash&post_type=post")
	w.get("/", "Post no. 4")
}

func (w *wordPress) logOut() {
	w.t.Helper()
	page := html.UnescapeString(w.get("/wp-admin/profile.php", "Log Out"))
	link := regexp.MustCompile(`/wp-login\.php\?action=logout[^"']*`).FindString(page)
	if link == "" {
		w.t.Fatalf("nobody can log out:\n%s", shortened(page))
	}
	w.get(link, "logged out")
	w.get("/", "Post no. 4")
}
