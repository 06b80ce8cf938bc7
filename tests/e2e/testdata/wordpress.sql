-- What WordPress sends to its database while TestWordPress drives it: one list of statements for each of its connections, which
-- follow one another. Recorded by that test (see differential_wordpress_test.go for how), from Debian's packages. Texts that the application
-- brings along, hashes and keys are replaced by other letters, and cut. Left out: reads that a connection has sent already since its last
-- write, and connections that send next to nothing that others before have not sent.
-- Statements end in ;; at the end of a line, so that the mariadb client can run this file.
DELIMITER ;;
-- connection 1
SET NAMES utf8mb4;;
SET NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_520_ci';;
SELECT @@SESSION.sql_mode;;
SET SESSION sql_mode='ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';;
USE `shop_wordpress`;;
SELECT option_value FROM wp_options WHERE option_name = 'siteurl';;
DESCRIBE wp_users;;;
DESCRIBE wp_usermeta;;;
DESCRIBE wp_posts;;;
DESCRIBE wp_comments;;;
DESCRIBE wp_links;;;
DESCRIBE wp_options;;;
DESCRIBE wp_postmeta;;;
DESCRIBE wp_terms;;;
DESCRIBE wp_term_taxonomy;;;
DESCRIBE wp_term_relationships;;;
DESCRIBE wp_termmeta;;;
DESCRIBE wp_commentmeta;;;
SELECT option_value FROM wp_options WHERE option_name = 'siteurl' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'home' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'cron' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'active_plugins' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'hack_file' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'permalink_structure' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'stylesheet' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'template' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'WPLANG' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'category_base' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'tag_base' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'use_smilies' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'blog_public' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'start_of_week' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'time_format' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'date_format' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'timezone_string' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'gmt_offset' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'theme_switched' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'html_type' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'blog_charset' LIMIT 1;;
SHOW TABLES LIKE 'wp\\_users';;
-- connection 2
SET NAMES utf8mb4;;
SET NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_520_ci';;
SELECT @@SESSION.sql_mode;;
SET SESSION sql_mode='ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';;
USE `shop_wordpress`;;
SELECT option_value FROM wp_options WHERE option_name = 'siteurl';;
DESCRIBE wp_users;;;
DESCRIBE wp_usermeta;;;
DESCRIBE wp_posts;;;
DESCRIBE wp_comments;;;
DESCRIBE wp_links;;;
DESCRIBE wp_options;;;
DESCRIBE wp_postmeta;;;
DESCRIBE wp_terms;;;
DESCRIBE wp_term_taxonomy;;;
DESCRIBE wp_term_relationships;;;
DESCRIBE wp_termmeta;;;
DESCRIBE wp_commentmeta;;;
SELECT option_value FROM wp_options WHERE option_name = 'siteurl' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'home' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'cron' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'active_plugins' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'hack_file' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'permalink_structure' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'stylesheet' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'template' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'WPLANG' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'category_base' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'tag_base' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'use_smilies' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'blog_public' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'start_of_week' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'time_format' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'date_format' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'timezone_string' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'gmt_offset' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'theme_switched' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'html_type' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'blog_charset' LIMIT 1;;
CREATE TABLE wp_users (
	ID bigint(20) unsigned NOT NULL auto_increment,
	user_login varchar(60) NOT NULL default '',
	user_pass varchar(255) NOT NULL default '',
	user_nicename varchar(50) NOT NULL default '',
	user_email varchar(100) NOT NULL default '',
	user_url varchar(100) NOT NULL default '',
	user_registered datetime NOT NULL default '0000-00-00 00:00:00',
	user_activation_key varchar(255) NOT NULL default '',
	user_status int(11) NOT NULL default '0',
	display_name varchar(250) NOT NULL default '',
	PRIMARY KEY  (ID),
	KEY user_login_key (user_login),
	KEY user_nicename (user_nicename),
	KEY user_email (user_email)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;;

CREATE TABLE wp_usermeta (
	umeta_id bigint(20) unsigned NOT NULL auto_increment,
	user_id bigint(20) unsigned NOT NULL default '0',
	meta_key varchar(255) default NULL,
	meta_value longtext,
	PRIMARY KEY  (umeta_id),
	KEY user_id (user_id),
	KEY meta_key (meta_key(191))
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;;

CREATE TABLE wp_termmeta (
	meta_id bigint(20) unsigned NOT NULL auto_increment,
	term_id bigint(20) unsigned NOT NULL default '0',
	meta_key varchar(255) default NULL,
	meta_value longtext,
	PRIMARY KEY  (meta_id),
	KEY term_id (term_id),
	KEY meta_key (meta_key(191))
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;;

CREATE TABLE wp_terms (
 term_id bigint(20) unsigned NOT NULL auto_increment,
 name varchar(200) NOT NULL default '',
 slug varchar(200) NOT NULL default '',
 term_group bigint(10) NOT NULL default 0,
 PRIMARY KEY  (term_id),
 KEY slug (slug(191)),
 KEY name (name(191))
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;;

CREATE TABLE wp_term_taxonomy (
 term_taxonomy_id bigint(20) unsigned NOT NULL auto_increment,
 term_id bigint(20) unsigned NOT NULL default 0,
 taxonomy varchar(32) NOT NULL default '',
 description longtext NOT NULL,
 parent bigint(20) unsigned NOT NULL default 0,
 count bigint(20) NOT NULL default 0,
 PRIMARY KEY  (term_taxonomy_id),
 UNIQUE KEY term_id_taxonomy (term_id,taxonomy),
 KEY taxonomy (taxonomy)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;;

CREATE TABLE wp_term_relationships (
 object_id bigint(20) unsigned NOT NULL default 0,
 term_taxonomy_id bigint(20) unsigned NOT NULL default 0,
 term_order int(11) NOT NULL default 0,
 PRIMARY KEY  (object_id,term_taxonomy_id),
 KEY term_taxonomy_id (term_taxonomy_id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;;

CREATE TABLE wp_commentmeta (
	meta_id bigint(20) unsigned NOT NULL auto_increment,
	comment_id bigint(20) unsigned NOT NULL default '0',
	meta_key varchar(255) default NULL,
	meta_value longtext,
	PRIMARY KEY  (meta_id),
	KEY comment_id (comment_id),
	KEY meta_key (meta_key(191))
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;;

CREATE TABLE wp_comments (
	comment_ID bigint(20) unsigned NOT NULL auto_increment,
	comment_post_ID bigint(20) unsigned NOT NULL default '0',
	comment_author tinytext NOT NULL,
	comment_author_email varchar(100) NOT NULL default '',
	comment_author_url varchar(200) NOT NULL default '',
	comment_author_IP varchar(100) NOT NULL default '',
	comment_date datetime NOT NULL default '0000-00-00 00:00:00',
	comment_date_gmt datetime NOT NULL default '0000-00-00 00:00:00',
	comment_content text NOT NULL,
	comment_karma int(11) NOT NULL default '0',
	comment_approved varchar(20) NOT NULL default '1',
	comment_agent varchar(255) NOT NULL default '',
	comment_type varchar(20) NOT NULL default 'comment',
	comment_parent bigint(20) unsigned NOT NULL default '0',
	user_id bigint(20) unsigned NOT NULL default '0',
	PRIMARY KEY  (comment_ID),
	KEY comment_post_ID (comment_post_ID),
	KEY comment_approved_date_gmt (comment_approved,comment_date_gmt),
	KEY comment_date_gmt (comment_date_gmt),
	KEY comment_parent (comment_parent),
	KEY comment_author_email (comment_author_email(10))
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;;

CREATE TABLE wp_links (
	link_id bigint(20) unsigned NOT NULL auto_increment,
	link_url varchar(255) NOT NULL default '',
	link_name varchar(255) NOT NULL default '',
	link_image varchar(255) NOT NULL default '',
	link_target varchar(25) NOT NULL default '',
	link_description varchar(255) NOT NULL default '',
	link_visible varchar(20) NOT NULL default 'Y',
	link_owner bigint(20) unsigned NOT NULL default '1',
	link_rating int(11) NOT NULL default '0',
	link_updated datetime NOT NULL default '0000-00-00 00:00:00',
	link_rel varchar(255) NOT NULL default '',
	link_notes mediumtext NOT NULL,
	link_rss varchar(255) NOT NULL default '',
	PRIMARY KEY  (link_id),
	KEY link_visible (link_visible)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;;

CREATE TABLE wp_options (
	option_id bigint(20) unsigned NOT NULL auto_increment,
	option_name varchar(191) NOT NULL default '',
	option_value longtext NOT NULL,
	autoload varchar(20) NOT NULL default 'yes',
	PRIMARY KEY  (option_id),
	UNIQUE KEY option_name (option_name),
	KEY autoload (autoload)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;;

CREATE TABLE wp_postmeta (
	meta_id bigint(20) unsigned NOT NULL auto_increment,
	post_id bigint(20) unsigned NOT NULL default '0',
	meta_key varchar(255) default NULL,
	meta_value longtext,
	PRIMARY KEY  (meta_id),
	KEY post_id (post_id),
	KEY meta_key (meta_key(191))
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;;

CREATE TABLE wp_posts (
	ID bigint(20) unsigned NOT NULL auto_increment,
	post_author bigint(20) unsigned NOT NULL default '0',
	post_date datetime NOT NULL default '0000-00-00 00:00:00',
	post_date_gmt datetime NOT NULL default '0000-00-00 00:00:00',
	post_content longtext NOT NULL,
	post_title text NOT NULL,
	post_excerpt text NOT NULL,
	post_status varchar(20) NOT NULL default 'publish',
	comment_status varchar(20) NOT NULL default 'open',
	ping_status varchar(20) NOT NULL default 'open',
	post_password varchar(255) NOT NULL default '',
	post_name varchar(200) NOT NULL default '',
	to_ping text NOT NULL,
	pinged text NOT NULL,
	post_modified datetime NOT NULL default '0000-00-00 00:00:00',
	post_modified_gmt datetime NOT NULL default '0000-00-00 00:00:00',
	post_content_filtered longtext NOT NULL,
	post_parent bigint(20) unsigned NOT NULL default '0',
	guid varchar(255) NOT NULL default '',
	menu_order int(11) NOT NULL default '0',
	post_type varchar(20) NOT NULL default 'post',
	post_mime_type varchar(100) NOT NULL default '',
	comment_count bigint(20) NOT NULL default '0',
	PRIMARY KEY  (ID),
	KEY post_name (post_name(191)),
	KEY type_status_date (post_type,post_status,post_date,ID),
	KEY post_parent (post_parent),
	KEY post_author (post_author)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;;
SELECT option_name FROM wp_options WHERE option_name in ( 'siteurl', 'home', 'blogname', 'blogdescription', 'users_can_register', 'admin_email', 'start_of_week', 'use_balanceTags', 'use_smilies', 'require_name_email', 'comments_notify', 'posts_per_rss', 'rss_use_excerpt', 'mailserver_url', 'mailserver_login', 'mailserver_pass', 'mailserver_port', 'default_category', 'default_comment_status', 'default_ping_status', 'default_pingback_flag', 'posts_per_page', 'date_format', 'time_format', 'links_updated_date_format', 'comment_moderation', 'moderation_notify', 'permalink_structure', 'rewrite_rules', 'hack_file', 'blog_charset', 'moderation_keys', 'active_plugins', 'category_base', 'ping_sites', 'comment_max_links', 'gmt_offset', 'default_email_category', 'recently_edited', 'template', 'stylesheet', 'comment_registration', 'html_type', 'use_trackback', 'default_role', 'db_version', 'uploads_use_yearmonth_folders', 'upload_path', 'blog_public', 'default_link_category', 'show_on_front', 'tag_base', 'show_avatars', 'avatar_rating', 'upload_url_path', 'thumbnail_size_w', 'thumbnail_size_h', 'thumbnail_crop', 'medium_size_w', 'medium_size_h', 'avatar_default', 'large_size_w', 'large_size_h', 'image_default_link_type', 'image_default_size', 'image_default_align', 'close_comments_for_old_posts', 'close_comments_days_old', 'thread_comments', 'thread_comments_depth', 'page_comments', 'comments_per_page', 'default_comments_page', 'comment_order', 'sticky_posts', 'widget_categories', 'widget_text', 'widget_rss', 'uninstall_plugins', 'timezone_string', 'page_for_posts', 'page_on_front', 'default_post_format', 'link_manager_enabled', 'finished_splitting_shared_terms', 'site_icon', 'medium_large_size_w', 'medium_large_size_h', 'wp_page_for_privacy_policy', 'show_comments_cookies_opt_in', 'admin_email_lifespan', 'disallowed_keys', 'comment_previously_approved', 'auto_plugin_theme_update_emails', 'auto_update_core_dev', 'auto_update_core_minor', 'auto_update_core_major', 'wp_force_deactivated_plugins', 'initial_db_version' );;
SHOW FULL COLUMNS FROM `wp_options`;;
INSERT INTO wp_options (option_name, option_value, autoload) VALUES ('siteurl', 'http://blog.example', 'yes'), ('home', 'http://blog.example', 'yes'), ('blogname', 'My Site', 'yes'), ('blogdescription', '', 'yes'), ('users_can_register', '0', 'yes'), ('admin_email', 'you@example.com', 'yes'), ('start_of_week', '1', 'yes'), ('use_balanceTags', '0', 'yes'), ('use_smilies', '1', 'yes'), ('require_name_email', '1', 'yes'), ('comments_notify', '1', 'yes'), ('posts_per_rss', '10', 'yes'), ('rss_use_excerpt', '0', 'yes'), ('mailserver_url', 'mail.example.com', 'yes'), ('mailserver_login', 'login@example.com', 'yes'), ('mailserver_pass', 'password', 'yes'), ('mailserver_port', '110', 'yes'), ('default_category', '1', 'yes'), ('default_comment_status', 'open', 'yes'), ('default_ping_status', 'open', 'yes'), ('default_pingback_flag', '1', 'yes'), ('posts_per_page', '10', 'yes'), ('date_format', 'F j, Y', 'yes'), ('time_format', 'g:i a', 'yes'), ('links_updated_date_format', 'x x, x x:x x', 'yes'), ('comment_moderation', '0', 'yes'), ('moderation_notify', '1', 'yes'), ('permalink_structure', '', 'yes'), ('rewrite_rules', '', 'yes'), ('hack_file', '0', 'yes'), ('blog_charset', 'UTF-8', 'yes'), ('moderation_keys', '', 'no'), ('active_plugins', 'a:0:{}', 'yes'), ('category_base', '', 'yes'), ('ping_sites', 'http://rpc.pingomatic.com/', 'yes'), ('comment_max_links', '2', 'yes'), ('gmt_offset', '0', 'yes'), ('default_email_category', '1', 'yes'), ('recently_edited', '', 'no'), ('template', 'twentytwentyone', 'yes'), ('stylesheet', 'twentytwentyone', 'yes'), ('comment_registration', '0', 'yes'), ('html_type', 'text/html', 'yes'), ('use_trackback', '0', 'yes'), ('default_role', 'subscriber', 'yes'), ('db_version', '53496', 'yes'), ('uploads_use_yearmonth_folders', '1', 'yes'), ('upload_path', '', 'yes'), ('blog_public', '1', 'yes'), ('default_link_category', '2', 'yes'), ('show_on_front', 'posts', 'yes'), ('tag_base', '', 'yes'), ('show_avatars', '1', 'yes'), ('avatar_rating', 'G', 'yes'), ('upload_url_path', '', 'yes'), ('thumbnail_size_w', '150', 'yes'), ('thumbnail_size_h', '150', 'yes'), ('thumbnail_crop', '1', 'yes'), ('medium_size_w', '300', 'yes'), ('medium_size_h', '300', 'yes'), ('avatar_default', 'mystery', 'yes'), ('large_size_w', '1024', 'yes'), ('large_size_h', '1024', 'yes'), ('image_default_link_type', 'none', 'yes'), ('image_default_size', '', 'yes'), ('image_default_align', '', 'yes'), ('close_comments_for_old_posts', '0', 'yes'), ('close_comments_days_old', '14', 'yes'), ('thread_comments', '1', 'yes'), ('thread_comments_depth', '5', 'yes'), ('page_comments', '0', 'yes'), ('comments_per_page', '50', 'yes'), ('default_comments_page', 'newest', 'yes'), ('comment_order', 'asc', 'yes'), ('sticky_posts', 'a:0:{}', 'yes'), ('widget_categories', 'a:0:{}', 'yes'), ('widget_text', 'a:0:{}', 'yes'), ('widget_rss', 'a:0:{}', 'yes'), ('uninstall_plugins', 'a:0:{}', 'no'), ('timezone_string', '', 'yes'), ('page_for_posts', '0', 'yes'), ('page_on_front', '0', 'yes'), ('default_post_format', '0', 'yes'), ('link_manager_enabled', '0', 'yes'), ('finished_splitting_shared_terms', '1', 'yes'), ('site_icon', '0', 'yes'), ('medium_large_size_w', '768', 'yes'), ('medium_large_size_h', '0', 'yes'), ('wp_page_for_privacy_policy', '0', 'yes'), ('show_comments_cookies_opt_in', '1', 'yes'), ('admin_email_lifespan', '1810923922', 'yes'), ('disallowed_keys', '', 'no'), ('comment_previously_approved', '1', 'yes'), ('auto_plugin_theme_update_emails', 'a:0:{}', 'no'), ('auto_update_core_dev', 'enabled', 'yes'), ('auto_update_core_minor', 'enabled', 'yes'), ('auto_update_core_major', 'enabled', 'yes'), ('wp_force_deactivated_plugins', 'a:0:{}', 'yes'), ('initial_db_version', '53496', 'yes');;
SELECT autoload FROM wp_options WHERE option_name = 'blodotgsping_url';;
SELECT autoload FROM wp_options WHERE option_name = 'bodyterminator';;
SELECT autoload FROM wp_options WHERE option_name = 'emailtestonly';;
SELECT autoload FROM wp_options WHERE option_name = 'phoneemail_separator';;
SELECT autoload FROM wp_options WHERE option_name = 'smilies_directory';;
SELECT autoload FROM wp_options WHERE option_name = 'subjectprefix';;
SELECT autoload FROM wp_options WHERE option_name = 'use_bbcode';;
SELECT autoload FROM wp_options WHERE option_name = 'use_blodotgsping';;
SELECT autoload FROM wp_options WHERE option_name = 'use_phoneemail';;
SELECT autoload FROM wp_options WHERE option_name = 'use_quicktags';;
SELECT autoload FROM wp_options WHERE option_name = 'use_weblogsping';;
SELECT autoload FROM wp_options WHERE option_name = 'weblogs_cache_file';;
SELECT autoload FROM wp_options WHERE option_name = 'use_preview';;
SELECT autoload FROM wp_options WHERE option_name = 'use_htmltrans';;
SELECT autoload FROM wp_options WHERE option_name = 'fileupload_allowedusers';;
SELECT autoload FROM wp_options WHERE option_name = 'default_post_status';;
SELECT autoload FROM wp_options WHERE option_name = 'default_post_category';;
SELECT autoload FROM wp_options WHERE option_name = 'archive_mode';;
SELECT autoload FROM wp_options WHERE option_name = 'time_difference';;
SELECT autoload FROM wp_options WHERE option_name = 'links_minadminlevel';;
SELECT autoload FROM wp_options WHERE option_name = 'links_use_adminlevels';;
SELECT autoload FROM wp_options WHERE option_name = 'links_rating_type';;
SELECT autoload FROM wp_options WHERE option_name = 'links_rating_char';;
SELECT autoload FROM wp_options WHERE option_name = 'links_rating_ignore_zero';;
SELECT autoload FROM wp_options WHERE option_name = 'links_rating_single_image';;
SELECT autoload FROM wp_options WHERE option_name = 'links_rating_image0';;
SELECT autoload FROM wp_options WHERE option_name = 'links_rating_image1';;
SELECT autoload FROM wp_options WHERE option_name = 'links_rating_image2';;
SELECT autoload FROM wp_options WHERE option_name = 'links_rating_image3';;
SELECT autoload FROM wp_options WHERE option_name = 'links_rating_image4';;
SELECT autoload FROM wp_options WHERE option_name = 'links_rating_image5';;
SELECT autoload FROM wp_options WHERE option_name = 'links_rating_image6';;
SELECT autoload FROM wp_options WHERE option_name = 'links_rating_image7';;
SELECT autoload FROM wp_options WHERE option_name = 'links_rating_image8';;
SELECT autoload FROM wp_options WHERE option_name = 'links_rating_image9';;
SELECT autoload FROM wp_options WHERE option_name = 'links_recently_updated_time';;
SELECT autoload FROM wp_options WHERE option_name = 'links_recently_updated_prepend';;
SELECT autoload FROM wp_options WHERE option_name = 'links_recently_updated_append';;
SELECT autoload FROM wp_options WHERE option_name = 'weblogs_cacheminutes';;
SELECT autoload FROM wp_options WHERE option_name = 'comment_allowed_tags';;
SELECT autoload FROM wp_options WHERE option_name = 'search_engine_friendly_urls';;
SELECT autoload FROM wp_options WHERE option_name = 'default_geourl_lat';;
SELECT autoload FROM wp_options WHERE option_name = 'default_geourl_lon';;
SELECT autoload FROM wp_options WHERE option_name = 'use_default_geourl';;
SELECT autoload FROM wp_options WHERE option_name = 'weblogs_xml_url';;
SELECT autoload FROM wp_options WHERE option_name = 'new_users_can_blog';;
SELECT autoload FROM wp_options WHERE option_name = '_wpnonce';;
SELECT autoload FROM wp_options WHERE option_name = '_wp_http_referer';;
SELECT autoload FROM wp_options WHERE option_name = 'Update';;
SELECT autoload FROM wp_options WHERE option_name = 'action';;
SELECT autoload FROM wp_options WHERE option_name = 'rich_editing';;
SELECT autoload FROM wp_options WHERE option_name = 'autosave_interval';;
SELECT autoload FROM wp_options WHERE option_name = 'deactivated_plugins';;
SELECT autoload FROM wp_options WHERE option_name = 'can_compress_scripts';;
SELECT autoload FROM wp_options WHERE option_name = 'page_uris';;
SELECT autoload FROM wp_options WHERE option_name = 'update_core';;
SELECT autoload FROM wp_options WHERE option_name = 'update_plugins';;
SELECT autoload FROM wp_options WHERE option_name = 'update_themes';;
SELECT autoload FROM wp_options WHERE option_name = 'doing_cron';;
SELECT autoload FROM wp_options WHERE option_name = 'random_seed';;
SELECT autoload FROM wp_options WHERE option_name = 'rss_excerpt_length';;
SELECT autoload FROM wp_options WHERE option_name = 'secret';;
SELECT autoload FROM wp_options WHERE option_name = 'use_linksupdate';;
SELECT autoload FROM wp_options WHERE option_name = 'default_comment_status_page';;
SELECT autoload FROM wp_options WHERE option_name = 'wporg_popular_tags';;
SELECT autoload FROM wp_options WHERE option_name = 'what_to_show';;
SELECT autoload FROM wp_options WHERE option_name = 'rss_language';;
SELECT autoload FROM wp_options WHERE option_name = 'language';;
SELECT autoload FROM wp_options WHERE option_name = 'enable_xmlrpc';;
SELECT autoload FROM wp_options WHERE option_name = 'enable_app';;
SELECT autoload FROM wp_options WHERE option_name = 'embed_autourls';;
SELECT autoload FROM wp_options WHERE option_name = 'default_post_edit_rows';;
SELECT autoload FROM wp_options WHERE option_name = 'gzipcompression';;
SELECT autoload FROM wp_options WHERE option_name = 'advanced_edit';;
DELETE FROM wp_options WHERE option_name REGEXP '^rss_[0-9a-f]{32}(_ts)?$';;
DELETE a, b FROM wp_options a, wp_options b
			WHERE a.option_name LIKE '\\_transient\\_%'
			AND a.option_name NOT LIKE '\\_transient\\_timeout\\_%'
			AND b.option_name = CONCAT( '_transient_timeout_', SUBSTRING( a.option_name, 12 ) )
			AND b.option_value < 1795371922;;
DELETE a, b FROM wp_options a, wp_options b
				WHERE a.option_name LIKE '\\_site\\_transient\\_%'
				AND a.option_name NOT LIKE '\\_site\\_transient\\_timeout\\_%'
				AND b.option_name = CONCAT( '_site_transient_timeout_', SUBSTRING( a.option_name, 17 ) )
				AND b.option_value < 1795371922;;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('wp_user_roles', 'x:1:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:0:{}}}', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:2:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:0:{}}x:6:\"xxxxxx\";x:2:{x:4:\"xxxx\";x:6:\"xxxxxx\";x:12:\"xxxxxxxxxxxx\";x:0:{}}}' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:3:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:0:{}}x:6:\"xxxxxx\";x:2:{x:4:\"xxxx\";x:6:\"xxxxxx\";x:12:\"xxxxxxxxxxxx\";x:0:{}}x:6:\"xxxxxx\";x:2:{x:4:' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:4:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:0:{}}x:6:\"xxxxxx\";x:2:{x:4:\"xxxx\";x:6:\"xxxxxx\";x:12:\"xxxxxxxxxxxx\";x:0:{}}x:6:\"xxxxxx\";x:2:{x:4:' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:0:{}}x:6:\"xxxxxx\";x:2:{x:4:\"xxxx\";x:6:\"xxxxxx\";x:12:\"xxxxxxxxxxxx\";x:0:{}}x:6:\"xxxxxx\";x:2:{x:4:' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:1:{x:13:\"xxxxxx_xxxxxx\";x:1;}}x:6:\"xxxxxx\";x:2:{x:4:\"xxxx\";x:6:\"xxxxxx\";x:12:\"xxxxxxxxxxxx\";x:0:' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:2:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;}}x:6:\"xxxxxx\";x:2:{x:4:\"xxxx\";x:6:\"xxxxxx\";x' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:3:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;}}x:6:\"xxxxxx\";x:2:' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:4:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx\"' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:5:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx\"' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:6:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx\"' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:7:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx\"' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:8:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx\"' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:9:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx\"' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:10:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:11:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:12:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:13:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:14:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:15:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:16:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:17:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:18:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:19:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:20:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:21:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:22:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:23:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:24:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:25:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:26:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:27:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:28:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:29:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:30:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:31:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:32:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:33:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:34:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:35:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:36:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:37:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:38:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:39:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:40:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:41:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:42:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:43:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:44:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:45:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:45:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:45:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:45:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:45:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:45:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:45:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:45:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:45:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:45:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:45:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:45:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:45:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:45:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:45:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:45:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:46:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:47:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:47:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:47:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:47:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:48:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:49:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:50:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:51:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:52:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:53:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:54:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:55:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:56:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:57:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:58:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:59:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:60:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_value FROM wp_options WHERE option_name = 'wp_user_roles' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:13:\"xxxxxxxxxxxxx\";x:2:{x:4:\"xxxx\";x:13:\"xxxxxxxxxxxxx\";x:12:\"xxxxxxxxxxxx\";x:61:{x:13:\"xxxxxx_xxxxxx\";x:1;x:11:\"xxxx_xxxxxx\";x:1;x:16:\"xxxxxxxx_xxxxxxx\";x:1;x:12:\"xxxx_xxxxxxx' WHERE `option_name` = 'wp_user_roles';;
SELECT option_name, option_value FROM wp_options WHERE autoload = 'yes';;
SELECT option_value FROM wp_options WHERE option_name = 'blogname' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'A blog&#039;s &quot;title&quot;' WHERE `option_name` = 'blogname';;
SELECT option_value FROM wp_options WHERE option_name = 'admin_email' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'editor@blog.example' WHERE `option_name` = 'admin_email';;
SELECT option_value FROM wp_options WHERE option_name = 'blog_public' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = '1' WHERE `option_name` = 'blog_public';;
SELECT option_value FROM wp_options WHERE option_name = 'fresh_site' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('fresh_site', '1', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = 'WPLANG' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'siteurl' LIMIT 1;;
SELECT * FROM wp_users WHERE user_login = 'editor' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'blog_charset' LIMIT 1;;
SELECT ID FROM wp_users WHERE user_nicename = 'editor' AND user_login != 'editor' LIMIT 1;;
SELECT * FROM wp_users WHERE user_email = 'editor@blog.example' LIMIT 1;;
SHOW FULL COLUMNS FROM `wp_users`;;
INSERT INTO `wp_users` (`user_pass`, `user_nicename`, `user_email`, `user_url`, `user_registered`, `user_activation_key`, `display_name`, `user_login`) VALUES ('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'editor', 'editor@blog.example', '', '2026-11-22 18:25:23', '', 'editor', 'editor');;
SELECT * FROM wp_users WHERE ID = '1' LIMIT 1;;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'nickname' AND user_id = 1;;
SHOW FULL COLUMNS FROM `wp_usermeta`;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (1, 'nickname', 'editor');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'first_name' AND user_id = 1;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (1, 'first_name', '');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'last_name' AND user_id = 1;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (1, 'last_name', '');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'description' AND user_id = 1;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (1, 'description', '');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'rich_editing' AND user_id = 1;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (1, 'rich_editing', 'true');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'syntax_highlighting' AND user_id = 1;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (1, 'syntax_highlighting', 'true');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'comment_shortcuts' AND user_id = 1;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (1, 'comment_shortcuts', 'false');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'admin_color' AND user_id = 1;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (1, 'admin_color', 'fresh');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'use_ssl' AND user_id = 1;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (1, 'use_ssl', '0');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'show_admin_bar_front' AND user_id = 1;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (1, 'show_admin_bar_front', 'true');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'locale' AND user_id = 1;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (1, 'locale', '');;
SELECT option_value FROM wp_options WHERE option_name = 'initial_db_version' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'default_role' LIMIT 1;;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'wp_capabilities' AND user_id = 1;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (1, 'wp_capabilities', 'a:1:{s:10:\"subscriber\";b:1;}');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'wp_user_level' AND user_id = 1;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (1, 'wp_user_level', '0');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = 'user_count' LIMIT 1;;
SELECT COUNT(ID) as c FROM wp_users;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('user_count', '1', 'no') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT * FROM wp_users WHERE ID = '1' LIMIT 1;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (1, 'dismissed_wp_pointers', '');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'wp_capabilities' AND user_id = 1;;
UPDATE `wp_usermeta` SET `meta_value` = 'a:1:{s:13:\"administrator\";b:1;}' WHERE `user_id` = 1 AND `meta_key` = 'wp_capabilities';;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'wp_user_level' AND user_id = 1;;
UPDATE `wp_usermeta` SET `meta_value` = '10' WHERE `user_id` = 1 AND `meta_key` = 'wp_user_level';;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = 'initial_db_version' LIMIT 1;;
SELECT * FROM wp_users WHERE ID = '1' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'blog_charset' LIMIT 1;;
SELECT ID FROM wp_users WHERE user_nicename = 'editor' AND user_login != 'editor' LIMIT 1;;
UPDATE `wp_users` SET `user_pass` = 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', `user_nicename` = 'editor', `user_email` = 'editor@blog.example', `user_url` = 'http://blog.example', `user_registered` = '2026-11-22 18:25:23', `user_activation_key` = '', `display_name` = 'editor' WHERE `ID` = 1;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'use_ssl' AND user_id = 1;;
UPDATE `wp_usermeta` SET `meta_value` = '0' WHERE `user_id` = 1 AND `meta_key` = 'use_ssl';;
SELECT option_value FROM wp_options WHERE option_name = 'initial_db_version' LIMIT 1;;
SELECT * FROM wp_users WHERE ID = '1' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'blogname' LIMIT 1;;
SHOW FULL COLUMNS FROM `wp_terms`;;
INSERT INTO `wp_terms` (`term_id`, `name`, `slug`, `term_group`) VALUES (1, 'Uncategorized', 'uncategorized', 0);;
SHOW FULL COLUMNS FROM `wp_term_taxonomy`;;
INSERT INTO `wp_term_taxonomy` (`term_id`, `taxonomy`, `description`, `parent`, `count`) VALUES (1, 'category', '', 0, 1);;
SELECT option_value FROM wp_options WHERE option_name = 'timezone_string' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'gmt_offset' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'home' LIMIT 1;;
SHOW FULL COLUMNS FROM `wp_posts`;;
INSERT INTO `wp_posts` (`post_author`, `post_date`, `post_date_gmt`, `post_content`, `post_excerpt`, `post_title`, `post_name`, `post_modified`, `post_modified_gmt`, `guid`, `comment_count`, `to_ping`, `pinged`, `post_content_filtered`) VALUES (1, '2026-11-22 18:25:23', '2026-11-22 18:25:23', '<!-- xx:xxxxxxxxx -->\n<x>xxxxxxx xx xxxxxxxxx. xxxx xx xxxx xxxxx xxxx. xxxx xx xxxxxx xx, xxxx xxxxx xxxxxxx!</x>\n<!-- /xx:xxxxxxxxx -->', '', 'Hello world!', 'hello-world', '2026-11-22 18:25:23', '2026-11-22 18:25:23', 'http://blog.example/?p=1', 1, '', '', '');;
INSERT INTO `wp_term_relationships` (`term_taxonomy_id`, `object_id`) VALUES (1, 1);;
SHOW FULL COLUMNS FROM `wp_comments`;;
INSERT INTO `wp_comments` (`comment_post_ID`, `comment_author`, `comment_author_email`, `comment_author_url`, `comment_date`, `comment_date_gmt`, `comment_content`, `comment_type`) VALUES (1, 'A WordPress Commenter', 'wapuu@wordpress.example', 'https://wordpress.org/', '2026-11-22 18:25:23', '2026-11-22 18:25:23', 'xx, xxxx xx x xxxxxxx.\nxx xxx xxxxxxx xxxx xxxxxxxxxx, xxxxxxx, xxx xxxxxxxx xxxxxxxx, xxxxxx xxxxx xxx xxxxxxxx xxxxxx xx xxx xxxxxxxxx.\nxxxxxxxxx xxxxxxx xxxx xxxx <x xxxx=\"xxxxx://xx.xxxxxxxx.x', 'comment');;
SELECT option_value FROM wp_options WHERE option_name = 'siteurl' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'home' LIMIT 1;;
INSERT INTO `wp_posts` (`post_author`, `post_date`, `post_date_gmt`, `post_content`, `post_excerpt`, `comment_status`, `post_title`, `post_name`, `post_modified`, `post_modified_gmt`, `guid`, `post_type`, `to_ping`, `pinged`, `post_content_filtered`) VALUES (1, '2026-11-22 18:25:23', '2026-11-22 18:25:23', '<!-- xx:xxxxxxxxx -->\n<x>xxxx xx xx xxxxxxx xxxx. xx\'x xxxxxxxxx xxxx x xxxx xxxx xxxxxxx xx xxxx xxxx xx xxx xxxxx xxx xxxx xxxx xx xx xxxx xxxx xxxxxxxxxx (xx xxxx xxxxxx). xxxx xxxxxx xxxxx xxxx', '', 'closed', 'Sample Page', 'sample-page', '2026-11-22 18:25:23', '2026-11-22 18:25:23', 'http://blog.example/?page_id=2', 'page', '', '', '');;
SHOW FULL COLUMNS FROM `wp_postmeta`;;
INSERT INTO `wp_postmeta` (`post_id`, `meta_key`, `meta_value`) VALUES (2, '_wp_page_template', 'default');;
SELECT option_value FROM wp_options WHERE option_name = 'home' LIMIT 1;;
INSERT INTO `wp_posts` (`post_author`, `post_date`, `post_date_gmt`, `post_content`, `post_excerpt`, `comment_status`, `post_title`, `post_name`, `post_modified`, `post_modified_gmt`, `guid`, `post_type`, `post_status`, `to_ping`, `pinged`, `post_content_filtered`) VALUES (1, '2026-11-22 18:25:23', '2026-11-22 18:25:23', '<!-- xx:xxxxxxx --><x2>xxx xx xxx</x2><!-- /xx:xxxxxxx --><!-- xx:xxxxxxxxx --><x><xxxxxx xxxxx=\"xxxxxxx-xxxxxx-xxxxxxxx\">xxxxxxxxx xxxx: </xxxxxx>xxx xxxxxxx xxxxxxx xx: xxxx://xxxx.xxxxxxx.</x><!', '', 'closed', 'Privacy Policy', 'privacy-policy', '2026-11-22 18:25:23', '2026-11-22 18:25:23', 'http://blog.example/?page_id=3', 'page', 'draft', '', '', '');;
INSERT INTO `wp_postmeta` (`post_id`, `meta_key`, `meta_value`) VALUES (3, '_wp_page_template', 'default');;
SELECT option_value FROM wp_options WHERE option_name = 'wp_page_for_privacy_policy' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = '3' WHERE `option_name` = 'wp_page_for_privacy_policy';;
SELECT option_value FROM wp_options WHERE option_name = 'widget_block' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('widget_block', 'x:6:{x:2;x:1:{x:7:\"xxxxxxx\";x:19:\"<!-- xx:xxxxxx /-->\";}x:3;x:1:{x:7:\"xxxxxxx\";x:154:\"<!-- xx:xxxxx --><xxx xxxxx=\"xx-xxxxx-xxxxx\"><!-- xx:xxxxxxx --><x2>xxxxxx xxxxx</x2><!-- /xx:xxxxxxx --', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = 'sidebars_widgets' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('sidebars_widgets', 'x:4:{x:19:\"xx_xxxxxxxx_xxxxxxx\";x:0:{}x:9:\"xxxxxxx-1\";x:3:{x:0;x:7:\"xxxxx-2\";x:1;x:7:\"xxxxx-3\";x:2;x:7:\"xxxxx-4\";}x:9:\"xxxxxxx-2\";x:2:{x:0;x:7:\"xxxxx-5\";x:1;x:7:\"xxxxx-6\";}x:13:\"xxxx', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'show_welcome_panel' AND user_id = 1;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (1, 'show_welcome_panel', '1');;
SELECT option_value FROM wp_options WHERE option_name = 'permalink_structure' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = '/%year%/%monthnum%/%day%/%postname%/' WHERE `option_name` = 'permalink_structure';;
SELECT option_value FROM wp_options WHERE option_name = 'permalink_structure' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'rewrite_rules' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'home' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'page_on_front' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:81:{x:11:\"^xx-xxxx/?$\";x:22:\"xxxxx.xxx?xxxx_xxxxx=/\";x:14:\"^xx-xxxx/(.*)?\";x:33:\"xxxxx.xxx?xxxx_xxxxx=/$xxxxxxx[1]\";x:21:\"^xxxxx.xxx/xx-xxxx/?$\";x:22:\"xxxxx.xxx?xxxx_xxxxx=/\";x:24:\"^xx' WHERE `option_name` = 'rewrite_rules';;
SELECT option_value FROM wp_options WHERE option_name = 'home' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'siteurl' LIMIT 1;;

		SELECT ID, post_name, post_parent, post_type
		FROM wp_posts
		WHERE post_name IN ('hello-world')
		AND post_type IN ('post','attachment')
	;;
SELECT * FROM wp_posts WHERE ID = 1 LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'permalink_structure' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = '/index.php/%year%/%monthnum%/%day%/%postname%/' WHERE `option_name` = 'permalink_structure';;
SELECT option_value FROM wp_options WHERE option_name = 'permalink_structure' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'rewrite_rules' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = '' WHERE `option_name` = 'rewrite_rules';;
SELECT option_value FROM wp_options WHERE option_name = 'rewrite_rules' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'home' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'page_on_front' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:81:{x:11:\"^xx-xxxx/?$\";x:22:\"xxxxx.xxx?xxxx_xxxxx=/\";x:14:\"^xx-xxxx/(.*)?\";x:33:\"xxxxx.xxx?xxxx_xxxxx=/$xxxxxxx[1]\";x:21:\"^xxxxx.xxx/xx-xxxx/?$\";x:22:\"xxxxx.xxx?xxxx_xxxxx=/\";x:24:\"^xx' WHERE `option_name` = 'rewrite_rules';;
SELECT option_value FROM wp_options WHERE option_name = 'home' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'siteurl' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'permalink_structure' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = '' WHERE `option_name` = 'permalink_structure';;
SELECT option_value FROM wp_options WHERE option_name = 'permalink_structure' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'rewrite_rules' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = '' WHERE `option_name` = 'rewrite_rules';;
SELECT option_value FROM wp_options WHERE option_name = 'rewrite_rules' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'home' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'siteurl' LIMIT 1;;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = 'blog_charset' LIMIT 1;;
UPDATE wp_options set option_value = '' where option_name = 'upload_path';;
UPDATE wp_options set option_value = '' where option_name = 'upload_url_path';;
SELECT option_value FROM wp_options WHERE option_name = 'siteurl' LIMIT 1;;
-- connection 3
SET NAMES utf8mb4;;
SET NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_520_ci';;
SELECT @@SESSION.sql_mode;;
SET SESSION sql_mode='ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';;
USE `shop_wordpress`;;
SELECT option_name, option_value FROM wp_options WHERE autoload = 'yes';;
SELECT option_value FROM wp_options WHERE option_name = 'cron' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('cron', 'x:2:{x:1795371923;x:1:{x:32:\"xxxxxxxx_xxxx_xxxxx_xxxxxxx_xxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:5:\"xxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:86400;}}}x:7:', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = 'WPLANG' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'theme_mods_twentytwentyone' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'current_theme' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'mods_Twenty Twenty-One' LIMIT 1;;
SHOW FULL COLUMNS FROM `wp_options`;;
UPDATE `wp_options` SET `option_value` = 'x:3:{x:1795371923;x:1:{x:32:\"xxxxxxxx_xxxx_xxxxx_xxxxxxx_xxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:5:\"xxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:86400;}}}x:17' WHERE `option_name` = 'cron';;
SELECT option_value FROM wp_options WHERE option_name = 'widget_pages' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('widget_pages', 'a:1:{s:12:\"_multiwidget\";i:1;}', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = 'widget_calendar' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('widget_calendar', 'a:1:{s:12:\"_multiwidget\";i:1;}', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = 'widget_archives' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('widget_archives', 'a:1:{s:12:\"_multiwidget\";i:1;}', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = 'widget_media_audio' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('widget_media_audio', 'a:1:{s:12:\"_multiwidget\";i:1;}', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = 'widget_media_image' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('widget_media_image', 'a:1:{s:12:\"_multiwidget\";i:1;}', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = 'widget_media_gallery' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('widget_media_gallery', 'a:1:{s:12:\"_multiwidget\";i:1;}', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = 'widget_media_video' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('widget_media_video', 'a:1:{s:12:\"_multiwidget\";i:1;}', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = 'widget_meta' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('widget_meta', 'a:1:{s:12:\"_multiwidget\";i:1;}', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = 'widget_search' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('widget_search', 'a:1:{s:12:\"_multiwidget\";i:1;}', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = 'can_compress_scripts' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'widget_recent-posts' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'widget_recent_entries' LIMIT 1;;
SELECT autoload FROM wp_options WHERE option_name = 'widget_recent_entries';;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('widget_recent-posts', 'a:1:{s:12:\"_multiwidget\";i:1;}', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = 'widget_recent-comments' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'widget_recent_comments' LIMIT 1;;
SELECT autoload FROM wp_options WHERE option_name = 'widget_recent_comments';;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('widget_recent-comments', 'a:1:{s:12:\"_multiwidget\";i:1;}', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = 'widget_tag_cloud' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('widget_tag_cloud', 'a:1:{s:12:\"_multiwidget\";i:1;}', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = 'widget_nav_menu' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('widget_nav_menu', 'a:1:{s:12:\"_multiwidget\";i:1;}', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = 'widget_custom_html' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('widget_custom_html', 'a:1:{s:12:\"_multiwidget\";i:1;}', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
UPDATE `wp_options` SET `option_value` = 'x:3:{x:1795371923;x:2:{x:32:\"xxxxxxxx_xxxx_xxxxx_xxxxxxx_xxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:5:\"xxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:86400;}}x:18:' WHERE `option_name` = 'cron';;
UPDATE `wp_options` SET `option_value` = 'x:3:{x:1795371923;x:3:{x:32:\"xxxxxxxx_xxxx_xxxxx_xxxxxxx_xxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:5:\"xxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:86400;}}x:18:' WHERE `option_name` = 'cron';;
UPDATE `wp_options` SET `option_value` = 'x:3:{x:1795371923;x:4:{x:32:\"xxxxxxxx_xxxx_xxxxx_xxxxxxx_xxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:5:\"xxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:86400;}}x:18:' WHERE `option_name` = 'cron';;
UPDATE `wp_options` SET `option_value` = 'x:3:{x:1795371923;x:5:{x:32:\"xxxxxxxx_xxxx_xxxxx_xxxxxxx_xxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:5:\"xxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:86400;}}x:18:' WHERE `option_name` = 'cron';;
UPDATE `wp_options` SET `option_value` = 'x:3:{x:1795371923;x:6:{x:32:\"xxxxxxxx_xxxx_xxxxx_xxxxxxx_xxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:5:\"xxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:86400;}}x:18:' WHERE `option_name` = 'cron';;
SELECT option_value FROM wp_options WHERE option_name = 'theme_switched' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_large_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'large_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'using_application_passwords' LIMIT 1;;
SELECT * FROM wp_posts WHERE ID = 3 LIMIT 1;;
-- connection 6
SET NAMES utf8mb4;;
SET NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_520_ci';;
SELECT @@SESSION.sql_mode;;
SET SESSION sql_mode='ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';;
USE `shop_wordpress`;;
SELECT option_name, option_value FROM wp_options WHERE autoload = 'yes';;
SELECT option_value FROM wp_options WHERE option_name = 'WPLANG' LIMIT 1;;
SELECT * FROM wp_users WHERE user_login = 'editor' LIMIT 1;;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = 'theme_mods_twentytwentyone' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'current_theme' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'mods_Twenty Twenty-One' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'can_compress_scripts' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'theme_switched' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_large_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'large_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'db_upgraded' LIMIT 1;;
SHOW FULL COLUMNS FROM `wp_options`;;
UPDATE `wp_options` SET `option_value` = 'x:3:{x:1795371923;x:7:{x:32:\"xxxxxxxx_xxxx_xxxxx_xxxxxxx_xxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:5:\"xxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:86400;}}x:18:' WHERE `option_name` = 'cron';;
UPDATE `wp_options` SET `option_value` = 'x:3:{x:1795371923;x:8:{x:32:\"xxxxxxxx_xxxx_xxxxx_xxxxxxx_xxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:5:\"xxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:86400;}}x:18:' WHERE `option_name` = 'cron';;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = '1' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = '0' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = 'spam' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = 'trash' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = 'post-trashed' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_timeout_health-check-site-status-result' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_health-check-site-status-result' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:3:{x:1795371923;x:9:{x:32:\"xxxxxxxx_xxxx_xxxxx_xxxxxxx_xxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:5:\"xxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:86400;}}x:18:' WHERE `option_name` = 'cron';;
SELECT option_value FROM wp_options WHERE option_name = 'finished_updating_comment_type' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:4:{x:1795371923;x:9:{x:32:\"xxxxxxxx_xxxx_xxxxx_xxxxxxx_xxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:5:\"xxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:86400;}}x:18:' WHERE `option_name` = 'cron';;
SELECT option_value FROM wp_options WHERE option_name = '_site_transient_update_core' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('_site_transient_update_core', 'x:8:\"xxxxxxxx\":3:{x:7:\"xxxxxxx\";x:0:{}x:15:\"xxxxxxx_xxxxxxx\";x:5:\"6.1.9\";x:12:\"xxxx_xxxxxxx\";x:1795371923;}', 'no') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = 'user_count' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_site_transient_update_plugins' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('_site_transient_update_plugins', 'O:8:\"stdClass\":1:{s:12:\"last_checked\";i:1795371923;}', 'no') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = '_site_transient_update_themes' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_site_transient_timeout_theme_roots' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_site_transient_theme_roots' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('_site_transient_timeout_theme_roots', '1795373723', 'no') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('_site_transient_theme_roots', 'a:1:{s:15:\"twentytwentyone\";s:7:\"/themes\";}', 'no') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('_site_transient_update_themes', 'O:8:\"stdClass\":1:{s:12:\"last_checked\";i:1795371923;}', 'no') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT * FROM wp_posts WHERE ID = 3 LIMIT 1;;
SELECT post_id, meta_key, meta_value FROM wp_postmeta WHERE post_id IN (3) ORDER BY meta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = '_site_transient_timeout_browser_b891f5693193610810d7263dceb3a9b8' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_site_transient_browser_b891f5693193610810d7263dceb3a9b8' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_site_transient_timeout_php_check_4a5b8cdb02910d4eeb2392eae8fe6545' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_site_transient_php_check_4a5b8cdb02910d4eeb2392eae8fe6545' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'dismissed_update_core' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'auto_core_update_failed' LIMIT 1;;
SELECT post_status, COUNT( * ) AS num_posts FROM wp_posts WHERE post_type = 'post' GROUP BY post_status;;
SELECT post_status, COUNT( * ) AS num_posts FROM wp_posts WHERE post_type = 'page' GROUP BY post_status;;

					SELECT   wp_posts.ID
					FROM wp_posts 
					WHERE 1=1  AND wp_posts.post_type = 'post' AND ((wp_posts.post_status = 'future'))
					
					ORDER BY wp_posts.post_date ASC
					LIMIT 0, 5
				;;

					SELECT   wp_posts.ID
					FROM wp_posts 
					WHERE 1=1  AND wp_posts.post_type = 'post' AND ((wp_posts.post_status = 'publish'))
					
					ORDER BY wp_posts.post_date DESC
					LIMIT 0, 5
				;;
SELECT wp_posts.* FROM wp_posts WHERE ID IN (1);;

			SELECT DISTINCT t.term_id, tr.object_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('category', 'post_tag', 'post_format') AND tr.object_id IN (1)
			ORDER BY t.name ASC
			
		;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id IN (1);;
SELECT post_id, meta_key, meta_value FROM wp_postmeta WHERE post_id IN (1) ORDER BY meta_id ASC;;

			SELECT  wp_comments.comment_ID
			FROM wp_comments 
			WHERE ( ( comment_approved = '0' OR comment_approved = '1' ) )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			LIMIT 0,25
		;;
SELECT wp_comments.* FROM wp_comments WHERE comment_ID IN (1);;
SELECT comment_id, meta_key, meta_value FROM wp_commentmeta WHERE comment_id IN (1) ORDER BY meta_id ASC;;

			SELECT  wp_comments.comment_ID
			FROM wp_comments 
			WHERE ( ( comment_approved = '0' OR comment_approved = '1' ) )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			LIMIT 25,50
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( ( comment_approved = '0' OR comment_approved = '1' ) ) AND user_id = 1
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;
SHOW FULL COLUMNS FROM `wp_posts`;;
INSERT INTO `wp_posts` (`post_author`, `post_date`, `post_date_gmt`, `post_content`, `post_content_filtered`, `post_title`, `post_excerpt`, `post_status`, `post_type`, `comment_status`, `ping_status`, `post_password`, `post_name`, `to_ping`, `pinged`, `post_modified`, `post_modified_gmt`, `post_parent`, `menu_order`, `post_mime_type`, `guid`) VALUES (1, '2026-11-22 18:25:23', '0000-00-00 00:00:00', '', '', 'Auto Draft', '', 'auto-draft', 'post', 'open', 'open', '', '', '', '', '2026-11-22 18:25:23', '0000-00-00 00:00:00', 0, 0, '', '');;
SELECT * FROM wp_posts WHERE ID = 4 LIMIT 1;;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('category') AND tr.object_id IN (4)
			
			
		;;
UPDATE `wp_posts` SET `guid` = 'http://blog.example/?p=4' WHERE `ID` = 4;;
SELECT * FROM wp_posts WHERE ID = 4 LIMIT 1;;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('category') AND tr.object_id IN (4)
			ORDER BY t.name ASC
			
		;;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('post_tag') AND tr.object_id IN (4)
			ORDER BY t.name ASC
			
		;;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('post_format') AND tr.object_id IN (4)
			ORDER BY t.name ASC
			
		;;
SELECT autoload FROM wp_options WHERE option_name = '_transient_is_multi_author';;
UPDATE `wp_options` SET `option_value` = 'x:4:{x:1795371923;x:10:{x:32:\"xxxxxxxx_xxxx_xxxxx_xxxxxxx_xxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:5:\"xxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:86400;}}x:18' WHERE `option_name` = 'cron';;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'wp_dashboard_quick_press_last_post_id' AND user_id = 1;;
SHOW FULL COLUMNS FROM `wp_usermeta`;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (1, 'wp_dashboard_quick_press_last_post_id', '4');;

					SELECT   wp_posts.ID
					FROM wp_posts 
					WHERE 1=1  AND wp_posts.post_author IN (1)  AND wp_posts.post_type = 'post' AND ((wp_posts.post_status = 'draft'))
					
					ORDER BY wp_posts.post_modified DESC
					LIMIT 0, 4
				;;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_timeout_dash_v2_88ae138922fe95674369b1cb3d215a2b' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_dash_v2_88ae138922fe95674369b1cb3d215a2b' LIMIT 1;;
-- connection 11
SET NAMES utf8mb4;;
SET NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_520_ci';;
SELECT @@SESSION.sql_mode;;
SET SESSION sql_mode='ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';;
USE `shop_wordpress`;;
SELECT option_name, option_value FROM wp_options WHERE autoload = 'yes';;
SELECT option_value FROM wp_options WHERE option_name = 'WPLANG' LIMIT 1;;
SELECT * FROM wp_users WHERE user_login = 'editor' LIMIT 1;;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = 'theme_mods_twentytwentyone' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'current_theme' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'mods_Twenty Twenty-One' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'can_compress_scripts' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'theme_switched' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_large_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'large_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'db_upgraded' LIMIT 1;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = '1' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = '0' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = 'spam' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = 'trash' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = 'post-trashed' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_timeout_health-check-site-status-result' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_health-check-site-status-result' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'finished_updating_comment_type' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_site_transient_update_core' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_site_transient_update_plugins' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_site_transient_update_themes' LIMIT 1;;
SELECT * FROM wp_posts WHERE ID = 3 LIMIT 1;;
SELECT post_id, meta_key, meta_value FROM wp_postmeta WHERE post_id IN (3) ORDER BY meta_id ASC;;
SELECT COUNT( 1 )
				FROM wp_posts
				WHERE post_type = 'post'
				AND post_status NOT IN ( 'trash','auto-draft','inherit','request-pending','request-confirmed','request-failed','request-completed' )
				AND post_author = 1;;
SELECT post_status, COUNT( * ) AS num_posts FROM wp_posts WHERE post_type = 'post' GROUP BY post_status;;

					SELECT SQL_CALC_FOUND_ROWS  wp_posts.ID
					FROM wp_posts 
					WHERE 1=1  AND ((wp_posts.post_type = 'post' AND (wp_posts.post_status = 'publish' OR wp_posts.post_status = 'future' OR wp_posts.post_status = 'draft' OR wp_posts.post_status = 'pending' 
OR wp_posts.post_status = 'private')))
					
					ORDER BY wp_posts.post_date DESC
					LIMIT 0, 20
				;;
SELECT FOUND_ROWS();;
SELECT wp_posts.* FROM wp_posts WHERE ID IN (1);;

			SELECT DISTINCT t.term_id, tr.object_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('category', 'post_tag', 'post_format') AND tr.object_id IN (1)
			ORDER BY t.name ASC
			
		;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id IN (1);;
SELECT post_id, meta_key, meta_value FROM wp_postmeta WHERE post_id IN (1) ORDER BY meta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = 'dismissed_update_core' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'auto_core_update_failed' LIMIT 1;;

				SELECT DISTINCT YEAR( post_date ) AS year, MONTH( post_date ) AS month
				FROM wp_posts
				WHERE post_type = 'post'
				AND post_status != 'auto-draft' AND post_status != 'trash'
				ORDER BY post_date DESC
			;;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE tt.taxonomy IN ('category')
			ORDER BY t.name ASC
			
		;;
SELECT term_id, meta_key, meta_value FROM wp_termmeta WHERE term_id IN (1) ORDER BY meta_id ASC;;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE tt.taxonomy IN ('post_format') AND tt.count > 0
			ORDER BY t.name ASC
			
		;;
SELECT comment_post_ID, COUNT(comment_ID) as num_comments FROM wp_comments WHERE comment_post_ID IN ( '1' ) AND comment_approved = '0' GROUP BY comment_post_ID;;
SELECT option_value FROM wp_options WHERE option_name = 'user_count' LIMIT 1;;

				SELECT wp_users.ID,wp_users.user_login,wp_users.display_name
				FROM wp_users INNER JOIN wp_usermeta ON ( wp_users.ID = wp_usermeta.user_id )
				WHERE 1=1 AND ( 
  ( 
    ( 
      ( wp_usermeta.meta_key = 'wp_capabilities' AND wp_usermeta.meta_value LIKE '%\"edit\\_posts\"%' ) 
      OR 
      ( wp_usermeta.meta_key = 'wp_capabilities' AND wp_usermeta.meta_value LIKE '%\"administrator\"%' ) 
      OR 
      ( wp_usermeta.meta_key = 'wp_capabilities' AND wp_usermeta.meta_value LIKE '%\"editor\"%' ) 
      OR 
      ( wp_usermeta.meta_key = 'wp_capabilities' AND wp_usermeta.meta_value LIKE '%\"author\"%' ) 
      OR 
      ( wp_usermeta.meta_key = 'wp_capabilities' AND wp_usermeta.meta_value LIKE '%\"contributor\"%' )
    )
  )
)
				ORDER BY display_name ASC
				
			;;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE tt.taxonomy IN ('category') AND tt.count > 0
			ORDER BY tt.count DESC
			LIMIT 10
		;;
-- connection 24
SET NAMES utf8mb4;;
SET NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_520_ci';;
SELECT @@SESSION.sql_mode;;
SET SESSION sql_mode='ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';;
USE `shop_wordpress`;;
SELECT option_name, option_value FROM wp_options WHERE autoload = 'yes';;
SELECT option_value FROM wp_options WHERE option_name = 'WPLANG' LIMIT 1;;
SELECT * FROM wp_users WHERE user_login = 'editor' LIMIT 1;;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = 'theme_mods_twentytwentyone' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'current_theme' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'mods_Twenty Twenty-One' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'can_compress_scripts' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'theme_switched' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_large_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'large_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'db_upgraded' LIMIT 1;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = '1' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = '0' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = 'spam' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = 'trash' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = 'post-trashed' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_timeout_health-check-site-status-result' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_health-check-site-status-result' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'finished_updating_comment_type' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_site_transient_update_core' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_site_transient_update_plugins' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_site_transient_update_themes' LIMIT 1;;
SELECT * FROM wp_posts WHERE ID = 3 LIMIT 1;;
SELECT post_id, meta_key, meta_value FROM wp_postmeta WHERE post_id IN (3) ORDER BY meta_id ASC;;
SHOW FULL COLUMNS FROM `wp_options`;;
UPDATE `wp_options` SET `option_value` = 'Ünïcödé &amp; &#039;quotes&#039;' WHERE `option_name` = 'blogname';;
UPDATE `wp_options` SET `option_value` = '100 % xx xx \\ 😀' WHERE `option_name` = 'blogdescription';;
UPDATE `wp_options` SET `option_value` = '' WHERE `option_name` = 'gmt_offset';;
UPDATE `wp_options` SET `option_value` = 'Y-m-d' WHERE `option_name` = 'date_format';;
UPDATE `wp_options` SET `option_value` = 'H:i' WHERE `option_name` = 'time_format';;
UPDATE `wp_options` SET `option_value` = '1' WHERE `option_name` = 'start_of_week';;
UPDATE `wp_options` SET `option_value` = 'Europe/Paris' WHERE `option_name` = 'timezone_string';;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('WPLANG', '', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = 'new_admin_email' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('new_admin_email', 'editor@blog.example', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
UPDATE `wp_options` SET `option_value` = '1' WHERE `option_name` = 'users_can_register';;
UPDATE `wp_options` SET `option_value` = 'author' WHERE `option_name` = 'default_role';;
SELECT option_value FROM wp_options WHERE option_name = '_transient_settings_errors' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_timeout_settings_errors' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('_transient_timeout_settings_errors', '1795371954', 'no') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('_transient_settings_errors', 'x:1:{x:0;x:4:{x:7:\"xxxxxxx\";x:7:\"xxxxxxx\";x:4:\"xxxx\";x:16:\"xxxxxxxx_xxxxxxx\";x:7:\"xxxxxxx\";x:15:\"xxxxxxxx xxxxx.\";x:4:\"xxxx\";x:7:\"xxxxxxx\";}}', 'no') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
-- connection 34
SET NAMES utf8mb4;;
SET NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_520_ci';;
SELECT @@SESSION.sql_mode;;
SET SESSION sql_mode='ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';;
USE `shop_wordpress`;;
SELECT option_name, option_value FROM wp_options WHERE autoload = 'yes';;
SELECT option_value FROM wp_options WHERE option_name = 'theme_mods_twentytwentyone' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'current_theme' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'mods_Twenty Twenty-One' LIMIT 1;;
SELECT * FROM wp_users WHERE user_login = 'editor' LIMIT 1;;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = 'can_compress_scripts' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'theme_switched' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_large_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'large_crop' LIMIT 1;;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE tt.taxonomy IN ('category') AND t.name IN ('News') AND tt.parent = '0'
			ORDER BY t.name ASC
			
		;;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE t.slug IN ('news')
			ORDER BY t.term_id ASC
			LIMIT 1
		;;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE t.name IN ('news')
			ORDER BY t.term_id ASC
			LIMIT 1
		;;
SHOW FULL COLUMNS FROM `wp_terms`;;
INSERT INTO `wp_terms` (`name`, `slug`, `term_group`) VALUES ('News', 'news', 0);;
SELECT tt.term_taxonomy_id FROM wp_term_taxonomy AS tt INNER JOIN wp_terms AS t ON tt.term_id = t.term_id WHERE tt.taxonomy = 'category' AND t.term_id = 2;;
SHOW FULL COLUMNS FROM `wp_term_taxonomy`;;
INSERT INTO `wp_term_taxonomy` (`term_id`, `taxonomy`, `description`, `parent`, `count`) VALUES (2, 'category', 'about News', 0, 0);;
SELECT t.term_id, t.slug, tt.term_taxonomy_id, tt.taxonomy FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON ( tt.term_id = t.term_id ) WHERE t.slug = 'news' AND tt.parent = 0 AND tt.taxonomy = 'category' AND t.term_id < 2 AND tt.term_taxonomy_id != 2;;
SELECT autoload FROM wp_options WHERE option_name = 'category_children';;
SHOW FULL COLUMNS FROM `wp_options`;;
DELETE FROM `wp_options` WHERE `option_name` = 'category_children';;
SELECT option_value FROM wp_options WHERE option_name = 'category_children' LIMIT 1;;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE tt.taxonomy IN ('category')
			ORDER BY t.term_id ASC
			
		;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id IN (1,2);;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('category_children', 'a:0:{}', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
-- connection 37
SET NAMES utf8mb4;;
SET NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_520_ci';;
SELECT @@SESSION.sql_mode;;
SET SESSION sql_mode='ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';;
USE `shop_wordpress`;;
SELECT option_name, option_value FROM wp_options WHERE autoload = 'yes';;
SELECT option_value FROM wp_options WHERE option_name = 'theme_mods_twentytwentyone' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'current_theme' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'mods_Twenty Twenty-One' LIMIT 1;;
SELECT * FROM wp_users WHERE user_login = 'editor' LIMIT 1;;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = 'can_compress_scripts' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'theme_switched' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_large_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'large_crop' LIMIT 1;;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE tt.taxonomy IN ('post_tag') AND t.name IN ('red') AND tt.parent = '0'
			ORDER BY t.name ASC
			
		;;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE t.slug IN ('red')
			ORDER BY t.term_id ASC
			LIMIT 1
		;;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE t.name IN ('red')
			ORDER BY t.term_id ASC
			LIMIT 1
		;;
SHOW FULL COLUMNS FROM `wp_terms`;;
INSERT INTO `wp_terms` (`name`, `slug`, `term_group`) VALUES ('red', 'red', 0);;
SELECT tt.term_taxonomy_id FROM wp_term_taxonomy AS tt INNER JOIN wp_terms AS t ON tt.term_id = t.term_id WHERE tt.taxonomy = 'post_tag' AND t.term_id = 5;;
SHOW FULL COLUMNS FROM `wp_term_taxonomy`;;
INSERT INTO `wp_term_taxonomy` (`term_id`, `taxonomy`, `description`, `parent`, `count`) VALUES (5, 'post_tag', '', 0, 0);;
SELECT t.term_id, t.slug, tt.term_taxonomy_id, tt.taxonomy FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON ( tt.term_id = t.term_id ) WHERE t.slug = 'red' AND tt.parent = 0 AND tt.taxonomy = 'post_tag' AND t.term_id < 5 AND tt.term_taxonomy_id != 5;;
SELECT autoload FROM wp_options WHERE option_name = 'post_tag_children';;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id = 5;;
-- connection 40
SET NAMES utf8mb4;;
SET NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_520_ci';;
SELECT @@SESSION.sql_mode;;
SET SESSION sql_mode='ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';;
USE `shop_wordpress`;;
SELECT option_name, option_value FROM wp_options WHERE autoload = 'yes';;
SELECT option_value FROM wp_options WHERE option_name = 'theme_mods_twentytwentyone' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'current_theme' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'mods_Twenty Twenty-One' LIMIT 1;;
SELECT * FROM wp_users WHERE user_login = 'editor' LIMIT 1;;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = 'can_compress_scripts' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'theme_switched' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_large_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'large_crop' LIMIT 1;;
SELECT * FROM wp_users WHERE user_login = 'ann' LIMIT 1;;
SELECT ID FROM wp_users WHERE user_nicename = 'ann' AND user_login != 'ann' LIMIT 1;;
SELECT * FROM wp_users WHERE user_email = 'ann@blog.example' LIMIT 1;;
SHOW FULL COLUMNS FROM `wp_users`;;
INSERT INTO `wp_users` (`user_pass`, `user_nicename`, `user_email`, `user_url`, `user_registered`, `user_activation_key`, `display_name`, `user_login`) VALUES ('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'ann', 'ann@blog.example', '', '2026-11-22 18:25:25', '', 'Ann O\'Hara', 'ann');;
SELECT * FROM wp_users WHERE ID = '2' LIMIT 1;;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (2) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'nickname' AND user_id = 2;;
SHOW FULL COLUMNS FROM `wp_usermeta`;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (2, 'nickname', 'ann');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (2) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'first_name' AND user_id = 2;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (2, 'first_name', '');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (2) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'last_name' AND user_id = 2;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (2, 'last_name', '');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (2) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'description' AND user_id = 2;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (2, 'description', '');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (2) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'rich_editing' AND user_id = 2;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (2, 'rich_editing', 'true');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (2) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'syntax_highlighting' AND user_id = 2;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (2, 'syntax_highlighting', 'true');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (2) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'comment_shortcuts' AND user_id = 2;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (2, 'comment_shortcuts', 'false');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (2) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'admin_color' AND user_id = 2;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (2, 'admin_color', 'fresh');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (2) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'use_ssl' AND user_id = 2;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (2, 'use_ssl', '0');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (2) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'show_admin_bar_front' AND user_id = 2;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (2, 'show_admin_bar_front', 'true');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (2) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'locale' AND user_id = 2;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (2, 'locale', '');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (2) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'wp_capabilities' AND user_id = 2;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (2, 'wp_capabilities', 'a:0:{}');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (2) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'wp_user_level' AND user_id = 2;;
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (2, 'wp_user_level', '0');;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (2) ORDER BY umeta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = 'user_count' LIMIT 1;;
SELECT COUNT(ID) as c FROM wp_users;;
SHOW FULL COLUMNS FROM `wp_options`;;
UPDATE `wp_options` SET `option_value` = '2', `autoload` = 'no' WHERE `option_name` = 'user_count';;
SELECT * FROM wp_users WHERE ID = '2' LIMIT 1;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'wp_capabilities' AND user_id = 2;;
UPDATE `wp_usermeta` SET `meta_value` = 'a:1:{s:6:\"author\";b:1;}' WHERE `user_id` = 2 AND `meta_key` = 'wp_capabilities';;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (2) ORDER BY umeta_id ASC;;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'wp_user_level' AND user_id = 2;;
UPDATE `wp_usermeta` SET `meta_value` = '2' WHERE `user_id` = 2 AND `meta_key` = 'wp_user_level';;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (2) ORDER BY umeta_id ASC;;
-- connection 43
SET NAMES utf8mb4;;
SET NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_520_ci';;
SELECT @@SESSION.sql_mode;;
SET SESSION sql_mode='ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';;
USE `shop_wordpress`;;
SELECT option_name, option_value FROM wp_options WHERE autoload = 'yes';;
SELECT option_value FROM wp_options WHERE option_name = 'theme_mods_twentytwentyone' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'current_theme' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'mods_Twenty Twenty-One' LIMIT 1;;
SELECT * FROM wp_users WHERE user_login = 'editor' LIMIT 1;;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = 'can_compress_scripts' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'theme_switched' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_large_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'large_crop' LIMIT 1;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id = 2;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id = 5;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id = 6;;

			SELECT   wp_posts.*
			FROM wp_posts 
			WHERE 1=1  AND wp_posts.post_name = 'post-no-0-its-quoted-50-off' AND wp_posts.ID NOT IN (0) AND wp_posts.post_type IN ('post', 'page', 'attachment') AND ((wp_posts.post_status = 'trash'))
			
			ORDER BY wp_posts.post_date DESC
			
		;;
SELECT post_name FROM wp_posts WHERE post_name = 'post-no-0-its-quoted-50-off' AND post_type = 'post' AND ID != 0 LIMIT 1;;
SHOW FULL COLUMNS FROM `wp_posts`;;
INSERT INTO `wp_posts` (`post_author`, `post_date`, `post_date_gmt`, `post_content`, `post_content_filtered`, `post_title`, `post_excerpt`, `post_status`, `post_type`, `comment_status`, `ping_status`, `post_password`, `post_name`, `to_ping`, `pinged`, `post_modified`, `post_modified_gmt`, `post_parent`, `menu_order`, `post_mime_type`, `guid`) VALUES (1, '2024-01-15 10:00:00', '2024-01-15 09:00:00', 'xxxxx xx x xxxx; xxxx \'xxxxxx\', x \\ xxx 漢字 😀.\n', '', 'xxxx xx. 0: xx\'x \"xxxxxx\" & 50 % \\ xxx', 'In short', 'publish', 'post', 'open', 'open', '', 'post-no-0-its-quoted-50-off', '', '', '2024-01-15 10:00:00', '2024-01-15 09:00:00', 0, 0, '', '');;
SELECT * FROM wp_posts WHERE ID = 7 LIMIT 1;;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('category') AND tr.object_id IN (7)
			
			
		;;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE tt.taxonomy IN ('category') AND t.term_id IN ( 1 )
			ORDER BY t.term_id ASC
			LIMIT 1
		;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id IN (1);;
SELECT term_taxonomy_id FROM wp_term_relationships WHERE object_id = 7 AND term_taxonomy_id = 1;;
INSERT INTO `wp_term_relationships` (`object_id`, `term_taxonomy_id`) VALUES (7, 1);;
SELECT COUNT(*) FROM wp_term_relationships, wp_posts WHERE wp_posts.ID = wp_term_relationships.object_id AND post_status IN ('publish') AND post_type IN ('post') AND term_taxonomy_id = 1;;
UPDATE `wp_term_taxonomy` SET `count` = 2 WHERE `term_taxonomy_id` = 1;;
SELECT term_id, taxonomy FROM wp_term_taxonomy WHERE term_taxonomy_id IN (1);;
UPDATE `wp_posts` SET `guid` = 'http://blog.example/?p=7' WHERE `ID` = 7;;
SELECT * FROM wp_posts WHERE ID = 7 LIMIT 1;;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('category') AND tr.object_id IN (7)
			ORDER BY t.name ASC
			
		;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id IN (1);;
SELECT term_id, meta_key, meta_value FROM wp_termmeta WHERE term_id IN (1) ORDER BY meta_id ASC;;
SELECT COUNT(*) FROM wp_term_relationships, wp_posts WHERE wp_posts.ID = wp_term_relationships.object_id AND post_status IN ('publish') AND post_type IN ('post') AND term_taxonomy_id = 1;;
UPDATE `wp_term_taxonomy` SET `count` = 2 WHERE `term_taxonomy_id` = 1;;
SELECT term_id, taxonomy FROM wp_term_taxonomy WHERE term_taxonomy_id IN (1);;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('post_tag') AND tr.object_id IN (7)
			ORDER BY t.name ASC
			
		;;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('post_format') AND tr.object_id IN (7)
			ORDER BY t.name ASC
			
		;;
SELECT autoload FROM wp_options WHERE option_name = '_transient_is_multi_author';;
SELECT 1 as test FROM wp_posts WHERE post_type = 'post' AND post_status = 'publish' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'wp_calendar_block_has_published_posts' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('wp_calendar_block_has_published_posts', '1', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT COUNT(*) FROM wp_postmeta WHERE meta_key = '_pingme' AND post_id = 7;;
SHOW FULL COLUMNS FROM `wp_postmeta`;;
INSERT INTO `wp_postmeta` (`post_id`, `meta_key`, `meta_value`) VALUES (7, '_pingme', '1');;
SELECT COUNT(*) FROM wp_postmeta WHERE meta_key = '_encloseme' AND post_id = 7;;
INSERT INTO `wp_postmeta` (`post_id`, `meta_key`, `meta_value`) VALUES (7, '_encloseme', '1');;
SHOW FULL COLUMNS FROM `wp_options`;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:1795371923;x:10:{x:32:\"xxxxxxxx_xxxx_xxxxx_xxxxxxx_xxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:5:\"xxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:86400;}}x:18' WHERE `option_name` = 'cron';;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('category') AND tr.object_id IN (7)
			
			
		;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id IN (1);;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE tt.taxonomy IN ('category') AND t.term_id IN ( 2 )
			ORDER BY t.term_id ASC
			LIMIT 1
		;;
SELECT term_taxonomy_id FROM wp_term_relationships WHERE object_id = 7 AND term_taxonomy_id = 2;;
INSERT INTO `wp_term_relationships` (`object_id`, `term_taxonomy_id`) VALUES (7, 2);;
SELECT COUNT(*) FROM wp_term_relationships, wp_posts WHERE wp_posts.ID = wp_term_relationships.object_id AND post_status IN ('publish') AND post_type IN ('post') AND term_taxonomy_id = 2;;
UPDATE `wp_term_taxonomy` SET `count` = 1 WHERE `term_taxonomy_id` = 2;;
SELECT term_id, taxonomy FROM wp_term_taxonomy WHERE term_taxonomy_id IN (2);;
SELECT tt.term_id FROM wp_term_taxonomy AS tt WHERE tt.taxonomy = 'category' AND tt.term_taxonomy_id IN ('1');;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE tt.taxonomy IN ('category') AND t.term_id IN ( 1 )
			ORDER BY t.term_id ASC
			LIMIT 1
		;;
DELETE FROM wp_term_relationships WHERE object_id = 7 AND term_taxonomy_id IN ('1');;
SELECT COUNT(*) FROM wp_term_relationships, wp_posts WHERE wp_posts.ID = wp_term_relationships.object_id AND post_status IN ('publish') AND post_type IN ('post') AND term_taxonomy_id = 1;;
UPDATE `wp_term_taxonomy` SET `count` = 1 WHERE `term_taxonomy_id` = 1;;
SELECT term_id, taxonomy FROM wp_term_taxonomy WHERE term_taxonomy_id IN (1);;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('post_tag') AND tr.object_id IN (7)
			
			
		;;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE tt.taxonomy IN ('post_tag') AND t.term_id IN ( 5 )
			ORDER BY t.term_id ASC
			LIMIT 1
		;;
SELECT term_taxonomy_id FROM wp_term_relationships WHERE object_id = 7 AND term_taxonomy_id = 5;;
INSERT INTO `wp_term_relationships` (`object_id`, `term_taxonomy_id`) VALUES (7, 5);;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE tt.taxonomy IN ('post_tag') AND t.term_id IN ( 6 )
			ORDER BY t.term_id ASC
			LIMIT 1
		;;
SELECT term_taxonomy_id FROM wp_term_relationships WHERE object_id = 7 AND term_taxonomy_id = 6;;
INSERT INTO `wp_term_relationships` (`object_id`, `term_taxonomy_id`) VALUES (7, 6);;
SELECT COUNT(*) FROM wp_term_relationships, wp_posts WHERE wp_posts.ID = wp_term_relationships.object_id AND post_status IN ('publish') AND post_type IN ('post') AND term_taxonomy_id = 5;;
UPDATE `wp_term_taxonomy` SET `count` = 1 WHERE `term_taxonomy_id` = 5;;
SELECT COUNT(*) FROM wp_term_relationships, wp_posts WHERE wp_posts.ID = wp_term_relationships.object_id AND post_status IN ('publish') AND post_type IN ('post') AND term_taxonomy_id = 6;;
UPDATE `wp_term_taxonomy` SET `count` = 1 WHERE `term_taxonomy_id` = 6;;
SELECT term_id, taxonomy FROM wp_term_taxonomy WHERE term_taxonomy_id IN (5, 6);;
SELECT post_id, meta_key, meta_value FROM wp_postmeta WHERE post_id IN (7) ORDER BY meta_id ASC;;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('post_format') AND tr.object_id IN (7)
			ORDER BY t.name ASC
			
		;;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('category') AND tr.object_id IN (7)
			ORDER BY t.name ASC
			
		;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id IN (2);;
SELECT term_id, meta_key, meta_value FROM wp_termmeta WHERE term_id IN (2) ORDER BY meta_id ASC;;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('post_tag') AND tr.object_id IN (7)
			ORDER BY t.name ASC
			
		;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id IN (6,5);;
SELECT term_id, meta_key, meta_value FROM wp_termmeta WHERE term_id IN (6,5) ORDER BY meta_id ASC;;
SELECT post_name FROM wp_posts WHERE post_name = 'post-no-0-its-quoted-50-off' AND post_type = 'post' AND ID != 7 LIMIT 1;;

			SELECT SQL_CALC_FOUND_ROWS  wp_posts.ID
			FROM wp_posts 
			WHERE 1=1  AND wp_posts.post_parent = 7  AND wp_posts.post_type = 'revision' AND ((wp_posts.post_status = 'inherit'))
			
			ORDER BY wp_posts.post_date DESC, wp_posts.ID DESC
			LIMIT 0, 1
		;;
-- connection 52
SET NAMES utf8mb4;;
SET NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_520_ci';;
SELECT @@SESSION.sql_mode;;
SET SESSION sql_mode='ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';;
USE `shop_wordpress`;;
SELECT option_name, option_value FROM wp_options WHERE autoload = 'yes';;
SELECT option_value FROM wp_options WHERE option_name = 'theme_mods_twentytwentyone' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'current_theme' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'mods_Twenty Twenty-One' LIMIT 1;;
SELECT * FROM wp_users WHERE user_login = 'editor' LIMIT 1;;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = 'can_compress_scripts' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'theme_switched' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_large_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'large_crop' LIMIT 1;;

			SELECT   wp_posts.*
			FROM wp_posts 
			WHERE 1=1  AND wp_posts.ID = 7 AND wp_posts.post_type = 'post'
			
			ORDER BY wp_posts.post_date DESC
			
		;;
SELECT wp_posts.* FROM wp_posts WHERE ID IN (7);;

			SELECT DISTINCT t.term_id, tr.object_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('category', 'post_tag', 'post_format') AND tr.object_id IN (7)
			ORDER BY t.name ASC
			
		;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id IN (6,2,5);;
SELECT post_id, meta_key, meta_value FROM wp_postmeta WHERE post_id IN (7) ORDER BY meta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_timeout_global_styles_twentytwentyone' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_global_styles_twentytwentyone' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('_transient_timeout_global_styles_twentytwentyone', '1795371986', 'no') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('_transient_global_styles_twentytwentyone', 'xxxx{--xx--xxxxxx--xxxxx--xxxxx: #000000;--xx--xxxxxx--xxxxx--xxxx-xxxxxx-xxxx: #xxx8x3;--xx--xxxxxx--xxxxx--xxxxx: #xxxxxx;--xx--xxxxxx--xxxxx--xxxx-xxxx: #x78xx7;--xx--xxxxxx--xxxxx--xxxxx-xxx: #xx', 'no') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;

			SELECT   wp_posts.*
			FROM wp_posts 
			WHERE 1=1  AND wp_posts.post_name = 'twentytwentyone' AND wp_posts.post_type = 'custom_css' AND ((wp_posts.post_status = 'publish' OR wp_posts.post_status = 'future' OR wp_posts.post_status = 'draft' OR wp_posts.post_status = 'pending' OR wp_posts.post_status = 'trash' OR wp_posts.post_status = 'auto-draft' OR wp_posts.post_status = 'inherit' OR wp_posts.post_status = 'request-pending' OR wp_posts.post_status = 'request-confirmed' OR wp_posts.post_status = 'request-failed' OR wp_posts.post_status = 'request-completed' OR wp_posts.post_status = 'private'))
			
			ORDER BY wp_posts.post_date DESC
			
		;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('theme_mods_twentytwentyone', 'a:1:{s:18:\"custom_css_post_id\";i:-1;}', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = 'site_logo' LIMIT 1;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = '1' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = '0' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = 'spam' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = 'trash' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = 'post-trashed' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_timeout_global_styles_svg_filters_twentytwentyone' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_global_styles_svg_filters_twentytwentyone' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('_xxxxxxxxx_xxxxxxx_xxxxxx_xxxxxx_xxx_xxxxxxx_xxxxxxxxxxxxxxx', '1795371986', 'no') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('_transient_global_styles_svg_filters_twentytwentyone', '<xxx xxxxx=\"xxxx://xxx.x3.xxx/2000/xxx\" xxxxxxx=\"0 0 0 0\" xxxxx=\"0\" xxxxxx=\"0\" xxxxxxxxx=\"xxxxx\" xxxx=\"xxxx\" xxxxx=\"xxxxxxxxxx: xxxxxx; xxxxxxxx: xxxxxxxx; xxxx: -9999xx; xxxxxxxx: xxxxx', 'no') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;

			SELECT SQL_CALC_FOUND_ROWS wp_comments.comment_ID
			FROM wp_comments 
			WHERE ( ( comment_approved = '1' ) OR ( user_id = 1 AND comment_approved = '0' ) ) AND comment_post_ID = 7 AND comment_parent = 0
			
			ORDER BY wp_comments.comment_date_gmt ASC, wp_comments.comment_ID ASC
			
		;;
SELECT wp_comments.* FROM wp_comments WHERE comment_ID IN (2);;

			SELECT  wp_comments.comment_ID
			FROM wp_comments 
			WHERE ( ( comment_approved = '1' ) OR ( user_id = 1 AND comment_approved = '0' ) ) AND comment_post_ID = 7 AND comment_parent IN ( 2 )
			
			ORDER BY wp_comments.comment_date_gmt ASC, wp_comments.comment_ID ASC
			
		;;
SELECT p.ID FROM wp_posts AS p  WHERE p.post_date < '2024-01-15 10:00:00' AND p.post_type = 'post'  AND ( p.post_status = 'publish' OR p.post_status = 'private' ) ORDER BY p.post_date DESC LIMIT 1;;
SELECT p.ID FROM wp_posts AS p  WHERE p.post_date > '2024-01-15 10:00:00' AND p.post_type = 'post'  AND ( p.post_status = 'publish' OR p.post_status = 'private' ) ORDER BY p.post_date ASC LIMIT 1;;
SELECT * FROM wp_posts WHERE ID = 8 LIMIT 1;;

					SELECT   wp_posts.ID
					FROM wp_posts 
					WHERE 1=1  AND wp_posts.post_type = 'post' AND ((wp_posts.post_status = 'publish'))
					
					ORDER BY wp_posts.post_date DESC
					LIMIT 0, 5
				;;
SELECT wp_posts.* FROM wp_posts WHERE ID IN (1,11,10,9);;

			SELECT DISTINCT t.term_id, tr.object_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('category', 'post_tag', 'post_format') AND tr.object_id IN (1, 9, 10, 11)
			ORDER BY t.name ASC
			
		;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id IN (4,7,3,1);;
SELECT post_id, meta_key, meta_value FROM wp_postmeta WHERE post_id IN (1,9,10,11) ORDER BY meta_id ASC;;

			SELECT  wp_comments.comment_ID
			FROM wp_comments JOIN wp_posts ON wp_posts.ID = wp_comments.comment_post_ID
			WHERE ( comment_approved = '1' ) AND  wp_posts.post_status IN ('publish')
			
			ORDER BY wp_comments.comment_date_gmt DESC
			LIMIT 0,5
		;;
SELECT wp_comments.* FROM wp_comments WHERE comment_ID IN (1);;
SELECT comment_id, meta_key, meta_value FROM wp_commentmeta WHERE comment_id IN (1) ORDER BY meta_id ASC;;
SELECT * FROM wp_posts WHERE ID = 3 LIMIT 1;;
-- connection 58
SET NAMES utf8mb4;;
SET NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_520_ci';;
SELECT @@SESSION.sql_mode;;
SET SESSION sql_mode='ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';;
USE `shop_wordpress`;;
SELECT option_name, option_value FROM wp_options WHERE autoload = 'yes';;
SELECT * FROM wp_users WHERE user_login = 'editor' LIMIT 1;;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = 'can_compress_scripts' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'theme_switched' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_large_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'large_crop' LIMIT 1;;

					SELECT SQL_CALC_FOUND_ROWS  wp_posts.ID
					FROM wp_posts 
					WHERE 1=1  AND ((wp_posts.post_type = 'post' AND (wp_posts.post_status = 'publish' 
OR wp_posts.post_status = 'private')))
					
					ORDER BY wp_posts.post_date DESC
					LIMIT 0, 3
				;;
SELECT FOUND_ROWS();;
SELECT wp_posts.* FROM wp_posts WHERE ID IN (1,11,10);;

			SELECT DISTINCT t.term_id, tr.object_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('category', 'post_tag', 'post_format') AND tr.object_id IN (1, 10, 11)
			ORDER BY t.name ASC
			
		;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id IN (6,7,2,5,3,1);;
SELECT post_id, meta_key, meta_value FROM wp_postmeta WHERE post_id IN (1,10,11) ORDER BY meta_id ASC;;

					SELECT   wp_posts.ID
					FROM wp_posts 
					WHERE 1=1  AND wp_posts.ID IN (7) AND wp_posts.post_type = 'post' AND ((wp_posts.post_status = 'publish'))
					
					ORDER BY wp_posts.post_date DESC
					LIMIT 0, 1
				;;
SELECT wp_posts.* FROM wp_posts WHERE ID IN (7);;

			SELECT DISTINCT t.term_id, tr.object_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('category', 'post_tag', 'post_format') AND tr.object_id IN (7)
			ORDER BY t.name ASC
			
		;;
SELECT post_id, meta_key, meta_value FROM wp_postmeta WHERE post_id IN (7) ORDER BY meta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_timeout_global_styles_twentytwentyone' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_global_styles_twentytwentyone' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'site_logo' LIMIT 1;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = '1' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = '0' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = 'spam' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = 'trash' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;

			SELECT  COUNT(*)
			FROM wp_comments 
			WHERE ( comment_approved = 'post-trashed' )
			
			ORDER BY wp_comments.comment_date_gmt DESC
			
		;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_timeout_global_styles_svg_filters_twentytwentyone' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_global_styles_svg_filters_twentytwentyone' LIMIT 1;;

					SELECT   wp_posts.ID
					FROM wp_posts 
					WHERE 1=1  AND wp_posts.post_type = 'post' AND ((wp_posts.post_status = 'publish'))
					
					ORDER BY wp_posts.post_date DESC
					LIMIT 0, 5
				;;
SELECT wp_posts.* FROM wp_posts WHERE ID IN (9,8);;

			SELECT DISTINCT t.term_id, tr.object_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('category', 'post_tag', 'post_format') AND tr.object_id IN (8, 9)
			ORDER BY t.name ASC
			
		;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id IN (4);;
SELECT post_id, meta_key, meta_value FROM wp_postmeta WHERE post_id IN (8,9) ORDER BY meta_id ASC;;

			SELECT  wp_comments.comment_ID
			FROM wp_comments JOIN wp_posts ON wp_posts.ID = wp_comments.comment_post_ID
			WHERE ( comment_approved = '1' ) AND  wp_posts.post_status IN ('publish')
			
			ORDER BY wp_comments.comment_date_gmt DESC
			LIMIT 0,5
		;;
SELECT wp_comments.* FROM wp_comments WHERE comment_ID IN (4,5,2,3,1);;
SELECT comment_id, meta_key, meta_value FROM wp_commentmeta WHERE comment_id IN (1,2,3,4,5) ORDER BY meta_id ASC;;
SELECT * FROM wp_posts WHERE ID = 3 LIMIT 1;;
-- connection 80
SET NAMES utf8mb4;;
SET NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_520_ci';;
SELECT @@SESSION.sql_mode;;
SET SESSION sql_mode='ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';;
USE `shop_wordpress`;;
SELECT option_name, option_value FROM wp_options WHERE autoload = 'yes';;
SELECT * FROM wp_users WHERE user_login = 'editor' LIMIT 1;;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = 'can_compress_scripts' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'theme_switched' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_large_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'large_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_timeout_doing_cron' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_doing_cron' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('_transient_doing_cron', '1795371928.4755930900573730468750', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SHOW FULL COLUMNS FROM `wp_options`;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:1795371923;x:10:{x:32:\"xxxxxxxx_xxxx_xxxxx_xxxxxxx_xxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:5:\"xxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:86400;}}x:18' WHERE `option_name` = 'cron';;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:1795371923;x:9:{x:18:\"xx_xxxxx_xxxxxxxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:10:\"xxxxxxxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:43200;}}x:34:\"xx_xxx' WHERE `option_name` = 'cron';;
SELECT option_value FROM wp_options WHERE option_name = 'recovery_keys' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('recovery_keys', 'a:0:{}', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = '_transient_doing_cron' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:6:{x:1795371923;x:9:{x:18:\"xx_xxxxx_xxxxxxxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:10:\"xxxxxxxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:43200;}}x:34:\"xx_xxx' WHERE `option_name` = 'cron';;
UPDATE `wp_options` SET `option_value` = 'x:6:{x:1795371923;x:8:{x:34:\"xx_xxxxxxx_xxxxxx_xxx_xxxxxx_xxxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:6:\"xxxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:3600;}}x:1' WHERE `option_name` = 'cron';;
SELECT option_value FROM wp_options WHERE option_name = 'https_detection_errors' LIMIT 1;;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('https_detection_errors', 'x:1:{x:20:\"xxxxx_xxxxxxx_xxxxxx\";x:1:{x:0;x:21:\"xxxxx xxxxxxx xxxxxx.\";}}', 'yes') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);;
SELECT option_value FROM wp_options WHERE option_name = '_transient_doing_cron' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:7:{x:1795371923;x:8:{x:34:\"xx_xxxxxxx_xxxxxx_xxx_xxxxxx_xxxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:6:\"xxxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:3600;}}x:1' WHERE `option_name` = 'cron';;
UPDATE `wp_options` SET `option_value` = 'x:7:{x:1795371923;x:7:{x:16:\"xx_xxxxxxx_xxxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:10:\"xxxxxxxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:43200;}}x:17:\"xx_xxxxx' WHERE `option_name` = 'cron';;
SELECT option_value FROM wp_options WHERE option_name = '_transient_doing_cron' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:7:{x:1795371923;x:7:{x:16:\"xx_xxxxxxx_xxxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:10:\"xxxxxxxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:43200;}}x:17:\"xx_xxxxx' WHERE `option_name` = 'cron';;
UPDATE `wp_options` SET `option_value` = 'x:7:{x:1795371923;x:6:{x:17:\"xx_xxxxxx_xxxxxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:10:\"xxxxxxxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:43200;}}x:16:\"xx_xxxx' WHERE `option_name` = 'cron';;
SELECT option_value FROM wp_options WHERE option_name = '_site_transient_update_core' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_doing_cron' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:7:{x:1795371923;x:6:{x:17:\"xx_xxxxxx_xxxxxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:10:\"xxxxxxxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:43200;}}x:16:\"xx_xxxx' WHERE `option_name` = 'cron';;
UPDATE `wp_options` SET `option_value` = 'x:7:{x:1795371923;x:5:{x:16:\"xx_xxxxxx_xxxxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:10:\"xxxxxxxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:43200;}}x:19:\"xx_xxxxx' WHERE `option_name` = 'cron';;
SELECT option_value FROM wp_options WHERE option_name = '_site_transient_update_plugins' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'O:8:\"stdClass\":1:{s:12:\"last_checked\";i:1795371928;}', `autoload` = 'no' WHERE `option_name` = '_site_transient_update_plugins';;
SELECT option_value FROM wp_options WHERE option_name = '_transient_doing_cron' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:7:{x:1795371923;x:5:{x:16:\"xx_xxxxxx_xxxxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:10:\"xxxxxxxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:43200;}}x:19:\"xx_xxxxx' WHERE `option_name` = 'cron';;
UPDATE `wp_options` SET `option_value` = 'x:7:{x:1795371923;x:4:{x:19:\"xx_xxxxxxxxx_xxxxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:5:\"xxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:86400;}}x:25:\"xxxxxx_xxxx' WHERE `option_name` = 'cron';;
SELECT option_value FROM wp_options WHERE option_name = '_site_transient_timeout_theme_roots' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_site_transient_theme_roots' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = '_site_transient_update_themes' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'O:8:\"stdClass\":1:{s:12:\"last_checked\";i:1795371928;}', `autoload` = 'no' WHERE `option_name` = '_site_transient_update_themes';;
SELECT option_value FROM wp_options WHERE option_name = '_transient_doing_cron' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:7:{x:1795371923;x:4:{x:19:\"xx_xxxxxxxxx_xxxxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:5:\"xxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:86400;}}x:25:\"xxxxxx_xxxx' WHERE `option_name` = 'cron';;
UPDATE `wp_options` SET `option_value` = 'x:7:{x:1795371923;x:3:{x:25:\"xxxxxx_xxxxxxx_xxxxxxxxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:5:\"xxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:86400;}}x:21:\"xx_xx' WHERE `option_name` = 'cron';;
SELECT post_id FROM wp_postmeta WHERE meta_key = '_wp_trash_meta_time' AND meta_value < 1792779928;;
SELECT comment_id FROM wp_commentmeta WHERE meta_key = '_wp_trash_meta_time' AND meta_value < 1792779928;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_doing_cron' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:7:{x:1795371923;x:3:{x:25:\"xxxxxx_xxxxxxx_xxxxxxxxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:5:\"xxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:86400;}}x:21:\"xx_xx' WHERE `option_name` = 'cron';;
UPDATE `wp_options` SET `option_value` = 'x:7:{x:1795371923;x:2:{x:21:\"xx_xxxxxx_xxxx_xxxxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:10:\"xxxxxxxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:43200;}}x:30:\"xx_' WHERE `option_name` = 'cron';;
DELETE a, b FROM wp_options a, wp_options b
			WHERE a.option_name LIKE '\\_transient\\_%'
			AND a.option_name NOT LIKE '\\_transient\\_timeout\\_%'
			AND b.option_name = CONCAT( '_transient_timeout_', SUBSTRING( a.option_name, 12 ) )
			AND b.option_value < 1795371928;;
DELETE a, b FROM wp_options a, wp_options b
				WHERE a.option_name LIKE '\\_site\\_transient\\_%'
				AND a.option_name NOT LIKE '\\_site\\_transient\\_timeout\\_%'
				AND b.option_name = CONCAT( '_site_transient_timeout_', SUBSTRING( a.option_name, 17 ) )
				AND b.option_value < 1795371928;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_doing_cron' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:7:{x:1795371923;x:2:{x:21:\"xx_xxxxxx_xxxx_xxxxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:10:\"xxxxxxxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:43200;}}x:30:\"xx_' WHERE `option_name` = 'cron';;
UPDATE `wp_options` SET `option_value` = 'x:7:{x:1795371923;x:1:{x:30:\"xx_xxxxxxxxx_xxxx_xxxxx_xxxxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:5:\"xxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:86400;}}}x:1795' WHERE `option_name` = 'cron';;
SELECT option_value FROM wp_options WHERE option_name = '_transient_doing_cron' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:7:{x:1795371923;x:1:{x:30:\"xx_xxxxxxxxx_xxxx_xxxxx_xxxxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:3:{x:8:\"xxxxxxxx\";x:5:\"xxxxx\";x:4:\"xxxx\";x:0:{}x:8:\"xxxxxxxx\";x:86400;}}}x:1795' WHERE `option_name` = 'cron';;
UPDATE `wp_options` SET `option_value` = 'x:6:{x:1795371926;x:1:{x:8:\"xx_xxxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:2:{x:8:\"xxxxxxxx\";x:0;x:4:\"xxxx\";x:0:{}}}}x:1795371983;x:1:{x:28:\"xx_xxxxxx_xxxxxxx_xxxx_xxxxx\";x:1:{x:3' WHERE `option_name` = 'cron';;
SELECT ID FROM wp_posts WHERE post_status = 'auto-draft' AND DATE_SUB( NOW(), INTERVAL 7 DAY ) > post_date;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_doing_cron' LIMIT 1;;
UPDATE `wp_options` SET `option_value` = 'x:5:{x:1795371983;x:1:{x:28:\"xx_xxxxxx_xxxxxxx_xxxx_xxxxx\";x:1:{x:32:\"40xx750xxx9870x18xxxx2478x24840x\";x:2:{x:8:\"xxxxxxxx\";x:0;x:4:\"xxxx\";x:0:{}}}}x:1795375523;x:1:{x:34:\"xx_xxxxxxx_xxxxxx_' WHERE `option_name` = 'cron';;

			SELECT   wp_posts.ID
			FROM wp_posts  INNER JOIN wp_postmeta ON ( wp_posts.ID = wp_postmeta.post_id )
			WHERE 1=1  AND ( 
  wp_postmeta.meta_key = '_pingme'
) AND wp_posts.post_type IN ('post', 'page', 'attachment', 'revision', 'nav_menu_item', 'custom_css', 'customize_changeset', 'oembed_cache', 'user_request', 'wp_block', 'wp_template', 'wp_template_part', 'wp_global_styles', 'wp_navigation') AND ((wp_posts.post_status = 'publish'))
			GROUP BY wp_posts.ID
			ORDER BY wp_posts.post_date DESC
			
		;;
SELECT * FROM wp_posts WHERE ID = 11 LIMIT 1;;
SELECT meta_id FROM wp_postmeta WHERE meta_key = '_pingme' AND post_id = 11;;
DELETE FROM wp_postmeta WHERE meta_id IN( 12 );;
SELECT * FROM wp_posts WHERE ID = 10 LIMIT 1;;
SELECT meta_id FROM wp_postmeta WHERE meta_key = '_pingme' AND post_id = 10;;
DELETE FROM wp_postmeta WHERE meta_id IN( 10 );;
SELECT * FROM wp_posts WHERE ID = 9 LIMIT 1;;
SELECT meta_id FROM wp_postmeta WHERE meta_key = '_pingme' AND post_id = 9;;
DELETE FROM wp_postmeta WHERE meta_id IN( 8 );;
SELECT * FROM wp_posts WHERE ID = 8 LIMIT 1;;
SELECT meta_id FROM wp_postmeta WHERE meta_key = '_pingme' AND post_id = 8;;
DELETE FROM wp_postmeta WHERE meta_id IN( 6 );;
SELECT * FROM wp_posts WHERE ID = 7 LIMIT 1;;
SELECT meta_id FROM wp_postmeta WHERE meta_key = '_pingme' AND post_id = 7;;
DELETE FROM wp_postmeta WHERE meta_id IN( 4 );;

			SELECT   wp_posts.ID
			FROM wp_posts  INNER JOIN wp_postmeta ON ( wp_posts.ID = wp_postmeta.post_id )
			WHERE 1=1  AND ( 
  wp_postmeta.meta_key = '_encloseme'
) AND wp_posts.post_type IN ('post', 'page', 'attachment', 'revision', 'nav_menu_item', 'custom_css', 'customize_changeset', 'oembed_cache', 'user_request', 'wp_block', 'wp_template', 'wp_template_part', 'wp_global_styles', 'wp_navigation') AND ((wp_posts.post_status = 'publish'))
			GROUP BY wp_posts.ID
			ORDER BY wp_posts.post_date DESC
			
		;;
SELECT meta_id FROM wp_postmeta WHERE meta_key = '_encloseme' AND post_id = 11;;
DELETE FROM wp_postmeta WHERE meta_id IN( 13 );;
SELECT post_id, meta_key, meta_value FROM wp_postmeta WHERE post_id IN (11) ORDER BY meta_id ASC;;
SELECT meta_id FROM wp_postmeta WHERE meta_key = '_encloseme' AND post_id = 10;;
DELETE FROM wp_postmeta WHERE meta_id IN( 11 );;
SELECT post_id, meta_key, meta_value FROM wp_postmeta WHERE post_id IN (10) ORDER BY meta_id ASC;;
SELECT meta_id FROM wp_postmeta WHERE meta_key = '_encloseme' AND post_id = 9;;
DELETE FROM wp_postmeta WHERE meta_id IN( 9 );;
SELECT post_id, meta_key, meta_value FROM wp_postmeta WHERE post_id IN (9) ORDER BY meta_id ASC;;
SELECT meta_id FROM wp_postmeta WHERE meta_key = '_encloseme' AND post_id = 8;;
DELETE FROM wp_postmeta WHERE meta_id IN( 7 );;
SELECT post_id, meta_key, meta_value FROM wp_postmeta WHERE post_id IN (8) ORDER BY meta_id ASC;;
SELECT meta_id FROM wp_postmeta WHERE meta_key = '_encloseme' AND post_id = 7;;
DELETE FROM wp_postmeta WHERE meta_id IN( 5 );;
SELECT post_id, meta_key, meta_value FROM wp_postmeta WHERE post_id IN (7) ORDER BY meta_id ASC;;

			SELECT   wp_posts.ID
			FROM wp_posts  INNER JOIN wp_postmeta ON ( wp_posts.ID = wp_postmeta.post_id )
			WHERE 1=1  AND ( 
  wp_postmeta.meta_key = '_trackbackme'
) AND wp_posts.post_type IN ('post', 'page', 'attachment', 'revision', 'nav_menu_item', 'custom_css', 'customize_changeset', 'oembed_cache', 'user_request', 'wp_block', 'wp_template', 'wp_template_part', 'wp_global_styles', 'wp_navigation') AND ((wp_posts.post_status = 'publish'))
			GROUP BY wp_posts.ID
			ORDER BY wp_posts.post_date DESC
			
		;;
SELECT option_value FROM wp_options WHERE option_name = '_transient_doing_cron' LIMIT 1;;
SELECT autoload FROM wp_options WHERE option_name = '_transient_doing_cron';;
DELETE FROM `wp_options` WHERE `option_name` = '_transient_doing_cron';;
SELECT autoload FROM wp_options WHERE option_name = '_transient_timeout_doing_cron';;
-- connection 91
SET NAMES utf8mb4;;
SET NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_520_ci';;
SELECT @@SESSION.sql_mode;;
SET SESSION sql_mode='ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';;
USE `shop_wordpress`;;
SELECT option_name, option_value FROM wp_options WHERE autoload = 'yes';;
SELECT * FROM wp_users WHERE user_login = 'editor' LIMIT 1;;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = 'can_compress_scripts' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'theme_switched' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_large_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'large_crop' LIMIT 1;;
SELECT * FROM wp_posts WHERE ID = 9 LIMIT 1;;
SHOW FULL COLUMNS FROM `wp_postmeta`;;
INSERT INTO `wp_postmeta` (`post_id`, `meta_key`, `meta_value`) VALUES (9, '_wp_trash_meta_status', 'publish');;
INSERT INTO `wp_postmeta` (`post_id`, `meta_key`, `meta_value`) VALUES (9, '_wp_trash_meta_time', '1795371929');;
SELECT post_id, meta_key, meta_value FROM wp_postmeta WHERE post_id IN (9) ORDER BY meta_id ASC;;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('category') AND tr.object_id IN (9)
			ORDER BY t.name ASC
			
		;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id IN (4);;
SELECT term_id, meta_key, meta_value FROM wp_termmeta WHERE term_id IN (4) ORDER BY meta_id ASC;;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('post_tag') AND tr.object_id IN (9)
			ORDER BY t.name ASC
			
		;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id IN (7,5);;
SELECT term_id, meta_key, meta_value FROM wp_termmeta WHERE term_id IN (7,5) ORDER BY meta_id ASC;;
INSERT INTO `wp_postmeta` (`post_id`, `meta_key`, `meta_value`) VALUES (9, '_wp_desired_post_slug', 'post-no-2-its-quoted-50-off');;
SHOW FULL COLUMNS FROM `wp_posts`;;
UPDATE `wp_posts` SET `post_name` = 'post-no-2-its-quoted-50-off__trashed' WHERE `ID` = 9;;
SELECT post_name FROM wp_posts WHERE post_name = 'post-no-2-its-quoted-50-off__trashed' AND post_type = 'post' AND ID != 9 LIMIT 1;;
SELECT * FROM wp_posts WHERE ID = 9 LIMIT 1;;
UPDATE `wp_posts` SET `post_author` = 1, `post_date` = '2024-03-15 10:00:00', `post_date_gmt` = '2024-03-15 09:00:00', `post_content` = 'xxxxx xx x xxxx; xxxx \'xxxxxx\', x \\ xxx 漢字 😀.\nxxxxx xx x xxxx; xxxx \'xxxxxx\', x \\ xxx 漢字 😀.\nxxxxx xx x xxxx; xxxx \'xxxxxx\', x \\ xxx 漢字 😀.\nxxxxx xx x xxxx; xxxx \'xxxx', `post_content_filtered` = '', `post_title` = 'xxxx xx. 2: xx\'x \"xxxxxx\" & 50 % \\ xxx', `post_excerpt` = 'In short', `post_status` = 'trash', `post_type` = 'post', `comment_status` = 'open', `ping_status` = 'open', `post_password` = '', `post_name` = 'post-no-2-its-quoted-50-off__trashed', `to_ping` = '', `pinged` = '', `post_modified` = '2026-11-22 19:25:29', `post_modified_gmt` = '2026-11-22 18:25:29', `post_parent` = 0, `menu_order` = 0, `post_mime_type` = '', `guid` = 'http://blog.example/?p=9' WHERE `ID` = 9;;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('category') AND tr.object_id IN (9)
			
			
		;;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE tt.taxonomy IN ('category') AND t.term_id IN ( 4 )
			ORDER BY t.term_id ASC
			LIMIT 1
		;;
SELECT term_taxonomy_id FROM wp_term_relationships WHERE object_id = 9 AND term_taxonomy_id = 4;;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('post_tag') AND tr.object_id IN (9)
			
			
		;;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE tt.taxonomy IN ('post_tag') AND t.slug IN ('its-blue')
			ORDER BY t.term_id ASC
			LIMIT 1
		;;
SELECT term_taxonomy_id FROM wp_term_relationships WHERE object_id = 9 AND term_taxonomy_id = 7;;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE tt.taxonomy IN ('post_tag') AND t.slug IN ('red')
			ORDER BY t.term_id ASC
			LIMIT 1
		;;
SELECT term_taxonomy_id FROM wp_term_relationships WHERE object_id = 9 AND term_taxonomy_id = 5;;
SELECT * FROM wp_posts WHERE ID = 9 LIMIT 1;;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('category') AND tr.object_id IN (9)
			ORDER BY t.name ASC
			
		;;
SELECT COUNT(*) FROM wp_term_relationships, wp_posts WHERE wp_posts.ID = wp_term_relationships.object_id AND post_status IN ('publish') AND post_type IN ('post') AND term_taxonomy_id = 4;;
UPDATE `wp_term_taxonomy` SET `count` = 0 WHERE `term_taxonomy_id` = 4;;
SELECT term_id, taxonomy FROM wp_term_taxonomy WHERE term_taxonomy_id IN (4);;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('post_tag') AND tr.object_id IN (9)
			ORDER BY t.name ASC
			
		;;
SELECT COUNT(*) FROM wp_term_relationships, wp_posts WHERE wp_posts.ID = wp_term_relationships.object_id AND post_status IN ('publish') AND post_type IN ('post') AND term_taxonomy_id = 7;;
UPDATE `wp_term_taxonomy` SET `count` = 2 WHERE `term_taxonomy_id` = 7;;
SELECT COUNT(*) FROM wp_term_relationships, wp_posts WHERE wp_posts.ID = wp_term_relationships.object_id AND post_status IN ('publish') AND post_type IN ('post') AND term_taxonomy_id = 5;;
UPDATE `wp_term_taxonomy` SET `count` = 2 WHERE `term_taxonomy_id` = 5;;
SELECT term_id, taxonomy FROM wp_term_taxonomy WHERE term_taxonomy_id IN (7, 5);;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('post_format') AND tr.object_id IN (9)
			ORDER BY t.name ASC
			
		;;
SELECT autoload FROM wp_options WHERE option_name = '_transient_is_multi_author';;
SELECT 1 as test FROM wp_posts WHERE post_type = 'post' AND post_status = 'publish' LIMIT 1;;
SHOW FULL COLUMNS FROM `wp_options`;;
UPDATE `wp_options` SET `option_value` = '1' WHERE `option_name` = 'wp_calendar_block_has_published_posts';;

			SELECT   wp_posts.*
			FROM wp_posts 
			WHERE 1=1  AND wp_posts.post_parent = 9  AND wp_posts.post_type = 'revision' AND ((wp_posts.post_status = 'inherit'))
			
			ORDER BY wp_posts.post_date DESC, wp_posts.ID DESC
			
		;;

			SELECT   wp_posts.*
			FROM wp_posts 
			WHERE 1=1  AND wp_posts.post_name = '9-revision-v1' AND wp_posts.ID NOT IN (0) AND wp_posts.post_type IN ('post', 'page', 'attachment') AND ((wp_posts.post_status = 'trash'))
			
			ORDER BY wp_posts.post_date DESC
			
		;;
INSERT INTO `wp_posts` (`post_author`, `post_date`, `post_date_gmt`, `post_content`, `post_content_filtered`, `post_title`, `post_excerpt`, `post_status`, `post_type`, `comment_status`, `ping_status`, `post_password`, `post_name`, `to_ping`, `pinged`, `post_modified`, `post_modified_gmt`, `post_parent`, `menu_order`, `post_mime_type`, `guid`) VALUES (1, '2026-11-22 19:25:29', '2026-11-22 18:25:29', 'xxxxx xx x xxxx; xxxx \'xxxxxx\', x \\ xxx 漢字 😀.\nxxxxx xx x xxxx; xxxx \'xxxxxx\', x \\ xxx 漢字 😀.\nxxxxx xx x xxxx; xxxx \'xxxxxx\', x \\ xxx 漢字 😀.\nxxxxx xx x xxxx; xxxx \'xxxx', '', 'xxxx xx. 2: xx\'x \"xxxxxx\" & 50 % \\ xxx', 'In short', 'inherit', 'revision', 'closed', 'closed', '', '9-revision-v1', '', '', '2026-11-22 19:25:29', '2026-11-22 18:25:29', 9, 0, '', '');;
SELECT * FROM wp_posts WHERE ID = 15 LIMIT 1;;
UPDATE `wp_posts` SET `guid` = 'http://blog.example/?p=15' WHERE `ID` = 15;;
SELECT * FROM wp_posts WHERE ID = 15 LIMIT 1;;
SELECT autoload FROM wp_options WHERE option_name = '_transient_is_multi_author';;
SELECT comment_ID, comment_approved FROM wp_comments WHERE comment_post_ID = 9;;
SELECT post_id, meta_key, meta_value FROM wp_postmeta WHERE post_id IN (9) ORDER BY meta_id ASC;;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('post_format') AND tr.object_id IN (9)
			ORDER BY t.name ASC
			
		;;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('category') AND tr.object_id IN (9)
			ORDER BY t.name ASC
			
		;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id IN (4);;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('post_tag') AND tr.object_id IN (9)
			ORDER BY t.name ASC
			
		;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id IN (7,5);;
SELECT post_name FROM wp_posts WHERE post_name = 'post-no-2-its-quoted-50-off' AND post_type = 'post' AND ID != 9 LIMIT 1;;

			SELECT SQL_CALC_FOUND_ROWS  wp_posts.ID
			FROM wp_posts 
			WHERE 1=1  AND wp_posts.post_parent = 9  AND wp_posts.post_type = 'revision' AND ((wp_posts.post_status = 'inherit'))
			
			ORDER BY wp_posts.post_date DESC, wp_posts.ID DESC
			LIMIT 0, 1
		;;
SELECT FOUND_ROWS();;
-- connection 92
SET NAMES utf8mb4;;
SET NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_520_ci';;
SELECT @@SESSION.sql_mode;;
SET SESSION sql_mode='ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';;
USE `shop_wordpress`;;
SELECT option_name, option_value FROM wp_options WHERE autoload = 'yes';;
SELECT * FROM wp_users WHERE user_login = 'editor' LIMIT 1;;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = 'can_compress_scripts' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'theme_switched' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_large_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'large_crop' LIMIT 1;;
SELECT * FROM wp_posts WHERE ID = 10 LIMIT 1;;
SELECT post_id, meta_key, meta_value FROM wp_postmeta WHERE post_id IN (10) ORDER BY meta_id ASC;;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('post_format') AND tr.object_id IN (10)
			ORDER BY t.name ASC
			
		;;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('category') AND tr.object_id IN (10)
			ORDER BY t.name ASC
			
		;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id IN (2);;
SELECT term_id, meta_key, meta_value FROM wp_termmeta WHERE term_id IN (2) ORDER BY meta_id ASC;;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('post_tag') AND tr.object_id IN (10)
			ORDER BY t.name ASC
			
		;;
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE t.term_id IN (6,5);;
SELECT term_id, meta_key, meta_value FROM wp_termmeta WHERE term_id IN (6,5) ORDER BY meta_id ASC;;
SELECT post_name FROM wp_posts WHERE post_name = 'post-no-3-its-quoted-50-off' AND post_type = 'post' AND ID != 10 LIMIT 1;;

			SELECT SQL_CALC_FOUND_ROWS  wp_posts.ID
			FROM wp_posts 
			WHERE 1=1  AND wp_posts.post_parent = 10  AND wp_posts.post_type = 'revision' AND ((wp_posts.post_status = 'inherit'))
			
			ORDER BY wp_posts.post_date DESC, wp_posts.ID DESC
			LIMIT 0, 1
		;;
SELECT * FROM wp_posts WHERE ID = 10;;
SELECT meta_id FROM wp_postmeta WHERE meta_key = '_wp_trash_meta_status' AND post_id = 10;;
SELECT meta_id FROM wp_postmeta WHERE meta_key = '_wp_trash_meta_time' AND post_id = 10;;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE tt.taxonomy IN ('category') AND t.term_id IN ( 2 )
			ORDER BY t.term_id ASC
			LIMIT 1
		;;
DELETE FROM wp_term_relationships WHERE object_id = 10 AND term_taxonomy_id IN ('2');;
SELECT COUNT(*) FROM wp_term_relationships, wp_posts WHERE wp_posts.ID = wp_term_relationships.object_id AND post_status IN ('publish') AND post_type IN ('post') AND term_taxonomy_id = 2;;
UPDATE `wp_term_taxonomy` SET `count` = 1 WHERE `term_taxonomy_id` = 2;;
SELECT term_id, taxonomy FROM wp_term_taxonomy WHERE term_taxonomy_id IN (2);;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('post_tag') AND tr.object_id IN (10)
			ORDER BY t.name ASC
			
		;;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE tt.taxonomy IN ('post_tag') AND t.term_id IN ( 6 )
			ORDER BY t.term_id ASC
			LIMIT 1
		;;

			SELECT  t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id
			WHERE tt.taxonomy IN ('post_tag') AND t.term_id IN ( 5 )
			ORDER BY t.term_id ASC
			LIMIT 1
		;;
DELETE FROM wp_term_relationships WHERE object_id = 10 AND term_taxonomy_id IN ('6', '5');;
SELECT COUNT(*) FROM wp_term_relationships, wp_posts WHERE wp_posts.ID = wp_term_relationships.object_id AND post_status IN ('publish') AND post_type IN ('post') AND term_taxonomy_id = 6;;
UPDATE `wp_term_taxonomy` SET `count` = 3 WHERE `term_taxonomy_id` = 6;;
SELECT COUNT(*) FROM wp_term_relationships, wp_posts WHERE wp_posts.ID = wp_term_relationships.object_id AND post_status IN ('publish') AND post_type IN ('post') AND term_taxonomy_id = 5;;
UPDATE `wp_term_taxonomy` SET `count` = 1 WHERE `term_taxonomy_id` = 5;;
SELECT term_id, taxonomy FROM wp_term_taxonomy WHERE term_taxonomy_id IN (6, 5);;

			SELECT DISTINCT t.term_id
			FROM wp_terms AS t  INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			WHERE tt.taxonomy IN ('post_format') AND tr.object_id IN (10)
			ORDER BY t.name ASC
			
		;;
SELECT ID FROM wp_posts WHERE post_parent = 10 AND post_type = 'revision';;
SHOW FULL COLUMNS FROM `wp_posts`;;
UPDATE `wp_posts` SET `post_parent` = 0 WHERE `post_parent` = 10 AND `post_type` = 'attachment';;
SELECT comment_ID FROM wp_comments WHERE comment_post_ID = 10 ORDER BY comment_ID DESC;;
SELECT meta_id FROM wp_postmeta WHERE post_id = 10 ;;

			SELECT   wp_posts.*
			FROM wp_posts  INNER JOIN wp_postmeta ON ( wp_posts.ID = wp_postmeta.post_id )
			WHERE 1=1  AND ( 
  ( wp_postmeta.meta_key = '_menu_item_object_id' AND wp_postmeta.meta_value = '10' )
) AND wp_posts.post_type = 'nav_menu_item' AND ((wp_posts.post_status <> 'trash' AND wp_posts.post_status <> 'auto-draft'))
			GROUP BY wp_posts.ID
			ORDER BY wp_posts.post_date DESC
			
		;;

					SELECT   wp_posts.ID
					FROM wp_posts 
					WHERE 1=1  AND wp_posts.ID IN (7) AND wp_posts.post_type = 'nav_menu_item' AND ((wp_posts.post_status = 'publish'))
					
					ORDER BY wp_posts.post_date DESC
					LIMIT 0, 1
				;;
SELECT 1 as test FROM wp_posts WHERE post_type = 'post' AND post_status = 'publish' LIMIT 1;;
SHOW FULL COLUMNS FROM `wp_options`;;
UPDATE `wp_options` SET `option_value` = '1' WHERE `option_name` = 'wp_calendar_block_has_published_posts';;
DELETE FROM `wp_posts` WHERE `ID` = 10;;
SELECT * FROM wp_posts WHERE ID = 10 LIMIT 1;;
-- connection 93
SET NAMES utf8mb4;;
SET NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_520_ci';;
SELECT @@SESSION.sql_mode;;
SET SESSION sql_mode='ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';;
USE `shop_wordpress`;;
SELECT option_name, option_value FROM wp_options WHERE autoload = 'yes';;
SELECT * FROM wp_users WHERE user_login = 'editor' LIMIT 1;;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1) ORDER BY umeta_id ASC;;
SELECT option_value FROM wp_options WHERE option_name = 'can_compress_scripts' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'theme_switched' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'medium_large_crop' LIMIT 1;;
SELECT option_value FROM wp_options WHERE option_name = 'large_crop' LIMIT 1;;
SELECT * FROM wp_users WHERE ID = '2' LIMIT 1;;
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (2) ORDER BY umeta_id ASC;;
SELECT ID FROM wp_posts WHERE post_author = 2;;
UPDATE `wp_posts` SET `post_author` = 1 WHERE `post_author` = 2;;
SELECT link_id FROM wp_links WHERE link_owner = 2;;
UPDATE `wp_links` SET `link_owner` = 1 WHERE `link_owner` = 2;;
SELECT umeta_id FROM wp_usermeta WHERE user_id = 2;;
SELECT * FROM wp_usermeta WHERE umeta_id = 20;;
DELETE FROM `wp_usermeta` WHERE `umeta_id` = 20;;
SELECT * FROM wp_usermeta WHERE umeta_id = 21;;
DELETE FROM `wp_usermeta` WHERE `umeta_id` = 21;;
SELECT * FROM wp_usermeta WHERE umeta_id = 22;;
DELETE FROM `wp_usermeta` WHERE `umeta_id` = 22;;
SELECT * FROM wp_usermeta WHERE umeta_id = 23;;
DELETE FROM `wp_usermeta` WHERE `umeta_id` = 23;;
SELECT * FROM wp_usermeta WHERE umeta_id = 24;;
DELETE FROM `wp_usermeta` WHERE `umeta_id` = 24;;
SELECT * FROM wp_usermeta WHERE umeta_id = 25;;
DELETE FROM `wp_usermeta` WHERE `umeta_id` = 25;;
SELECT * FROM wp_usermeta WHERE umeta_id = 26;;
DELETE FROM `wp_usermeta` WHERE `umeta_id` = 26;;
SELECT * FROM wp_usermeta WHERE umeta_id = 27;;
DELETE FROM `wp_usermeta` WHERE `umeta_id` = 27;;
SELECT * FROM wp_usermeta WHERE umeta_id = 28;;
DELETE FROM `wp_usermeta` WHERE `umeta_id` = 28;;
SELECT * FROM wp_usermeta WHERE umeta_id = 29;;
DELETE FROM `wp_usermeta` WHERE `umeta_id` = 29;;
SELECT * FROM wp_usermeta WHERE umeta_id = 30;;
DELETE FROM `wp_usermeta` WHERE `umeta_id` = 30;;
SELECT * FROM wp_usermeta WHERE umeta_id = 31;;
DELETE FROM `wp_usermeta` WHERE `umeta_id` = 31;;
SELECT * FROM wp_usermeta WHERE umeta_id = 32;;
DELETE FROM `wp_usermeta` WHERE `umeta_id` = 32;;
DELETE FROM `wp_users` WHERE `ID` = 2;;
SELECT option_value FROM wp_options WHERE option_name = 'user_count' LIMIT 1;;
SELECT COUNT(ID) as c FROM wp_users;;
SHOW FULL COLUMNS FROM `wp_options`;;
UPDATE `wp_options` SET `option_value` = '1', `autoload` = 'no' WHERE `option_name` = 'user_count';;
SELECT * FROM wp_users WHERE ID = '2' LIMIT 1;;
