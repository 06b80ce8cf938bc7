package statement

// isPure says whether the built-in function of that name, in lower case, neither writes nor locks nor depends on state
// that only one connection has. Functions whose value differs from call to call (rand, uuid, now) count as pure: any
// server may be asked.
func isPure(name string) bool { return pureFunctions[name] }

// statefulFunctions are built-in functions that depend on the connection or the server, with what they do.
var statefulFunctions = map[string]Effects{
	"get_lock":          GetsLock,
	"release_lock":      ReleasesLock,
	"release_all_locks": ReleasesAll,
	"last_insert_id":    UsesInsertID, // with an argument: SetsInsertID
	"found_rows":        UsesFoundRows,
	"row_count":         UsesRowCount,
	"load_file":         IntoFile,
}

// takesSequence says whether the function's argument is the name of a sequence.
func takesSequence(function string) bool {
	return function == "nextval" || function == "setval" || function == "lastval"
}

// pureFunctions are the built-in functions of MariaDB 10.11 and MySQL 9 (their manuals, "Function and Operator
// Reference") that are pure in the sense of isPure, by theme. All others are not: is_free_lock, connection_id,
// master_gtid_wait, nextval, and whatever a later version brings.
var pureFunctions = union(
	wordSet(`adddate addtime add_months convert_tz curdate current_date current_time current_timestamp curtime date
		datediff date_add date_format date_sub day dayname dayofmonth dayofweek dayofyear extract from_days from_unixtime
		get_format hour last_day localtime localtimestamp makedate maketime microsecond minute month monthname now
		period_add period_diff quarter second sec_to_time str_to_date subdate subtime sysdate time timediff timestamp
		timestampadd timestampdiff time_format time_to_sec to_days to_seconds unix_timestamp utc_date utc_time
		utc_timestamp week weekday weekofyear year yearweek`),
	wordSet(`ascii bin bin_to_uuid bit_length char character_length char_length chr concat concat_operator_oracle concat_ws
		elt export_set field find_in_set format format_bytes format_pico_time from_base64 hex insert instr lcase left length lengthb
		locate lower lpad ltrim make_set mid natural_sort_key oct octet_length ord position quote regexp_instr
		regexp_like regexp_replace regexp_substr repeat replace reverse right rpad rtrim sformat soundex space strcmp
		substr substring substring_index to_base64 to_char trim ucase unhex upper uuid_to_bin weight_string`),
	wordSet(`abs acos asin atan atan2 bit_count ceil ceiling conv cos cot crc32 crc32c degrees exp floor greatest least ln
		log log10 log2 mod pi pow power radians rand round sign sin sqrt tan truncate`),
	wordSet(`coalesce if ifnull interval isnull nullif nvl nvl2 decode decode_oracle values any_value grouping
		name_const cast convert charset coercibility collation column_add column_check column_create column_delete
		column_exists column_get column_json column_list decode_histogram lpad_oracle ltrim_oracle replace_oracle
		rpad_oracle rtrim_oracle substr_oracle trim_oracle`),
	wordSet(`avg bit_and bit_or bit_xor count group_concat max min std stddev stddev_pop stddev_samp sum variance var_pop
		var_samp cume_dist dense_rank first_value lag last_value lead median nth_value ntile percentile_cont
		percentile_disc percent_rank rank row_number`),
	wordSet(`json_array json_arrayagg json_array_append json_array_insert json_compact json_contains
		json_contains_path json_depth json_detailed json_equals json_exists json_extract json_insert json_keys
		json_length json_loose json_memberof json_merge json_merge_patch json_merge_preserve json_normalize
		json_object json_objectagg json_overlaps json_pretty json_query
		json_quote json_remove json_replace json_schema_valid json_schema_validation_report json_search json_set
		json_storage_free json_storage_size json_table json_type json_unquote json_valid json_value extractvalue
		updatexml`),
	wordSet(`aes_decrypt aes_encrypt compress des_decrypt des_encrypt encode encrypt md5 old_password password
		random_bytes sha sha1 sha2 statement_digest statement_digest_text uncompress uncompressed_length
		validate_password_strength`),
	wordSet(`benchmark current_role current_user database icu_version inet6_aton inet6_ntoa inet_aton inet_ntoa is_ipv4
		is_ipv4_compat is_ipv4_mapped is_ipv6 is_uuid schema session_user sleep system_user
		sys_guid user uuid uuid_short version match`),
	wordSet(`from_vector gtid_subset gtid_subtract string_to_vector to_vector vector_dim vector_to_string`),
	spatialFunctions,
)

// spatialFunctions are pure, with and without their prefix.
var spatialFunctions = union(
	wordSet(`area asbinary astext aswkb aswkt boundary buffer centroid contains convexhull crosses dimension disjoint
		endpoint envelope equals exteriorring geomcollfromtext geomcollfromwkb geometrycollection
		geometrycollectionfromtext geometrycollectionfromwkb geometryfromtext geometryfromwkb geometryn geometrytype
		geomfromtext geomfromwkb glength interiorringn intersects isclosed isempty isring issimple linefromtext
		linefromwkb linestring linestringfromtext linestringfromwkb mbrcontains mbrcoveredby mbrcovers mbrdisjoint
		mbrequal mbrequals mbrintersects mbroverlaps mbrtouches mbrwithin mlinefromtext mlinefromwkb mpointfromtext
		mpointfromwkb mpolyfromtext mpolyfromwkb multilinestring multilinestringfromtext multilinestringfromwkb
		multipoint multipointfromtext multipointfromwkb multipolygon multipolygonfromtext multipolygonfromwkb
		numgeometries numinteriorrings numpoints overlaps point pointfromtext pointfromwkb pointn pointonsurface
		polyfromtext polyfromwkb polygon polygonfromtext polygonfromwkb srid startpoint touches within x y`),
	wordSet(`st_area st_asbinary st_asgeojson st_astext st_aswkb st_aswkt st_boundary st_buffer st_buffer_strategy
		st_centroid st_collect st_contains st_convexhull st_crosses st_difference st_dimension st_disjoint st_distance
		st_distance_sphere st_endpoint st_envelope st_equals st_exteriorring st_frechetdistance st_geohash
		st_geomcollfromtext st_geomcollfromtxt st_geomcollfromwkb st_geometrycollectionfromtext
		st_geometrycollectionfromwkb st_geometryfromtext st_geometryfromwkb st_geometryn st_geometrytype
		st_geomfromgeojson st_geomfromtext st_geomfromwkb st_hausdorffdistance st_interiorringn st_intersection
		st_intersects st_isclosed st_isempty st_isring st_issimple st_isvalid st_latfromgeohash st_latitude st_length
		st_linefromtext st_linefromwkb st_lineinterpolatepoint st_lineinterpolatepoints st_linestringfromtext
		st_linestringfromwkb st_longfromgeohash st_longitude st_makeenvelope st_mlinefromtext st_mlinefromwkb
		st_mpointfromtext st_mpointfromwkb st_mpolyfromtext st_mpolyfromwkb st_multilinestringfromtext
		st_multilinestringfromwkb st_multipointfromtext st_multipointfromwkb st_multipolygonfromtext
		st_multipolygonfromwkb st_numgeometries st_numinteriorring st_numinteriorrings st_numpoints st_overlaps
		st_pointatdistance st_pointfromgeohash st_pointfromtext st_pointfromwkb st_pointn st_pointonsurface
		st_polyfromtext st_polyfromwkb st_polygonfromtext st_polygonfromwkb st_relate st_simplify st_srid
		st_startpoint st_swapxy st_symdifference st_touches st_transform st_union st_validate st_within st_x st_y`),
)

func union(sets ...map[string]bool) map[string]bool {
	all := make(map[string]bool)
	for _, set := range sets {
		for word := range set {
			all[word] = true
		}
	}
	return all
}
