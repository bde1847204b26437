# The Debian package; deploy/package builds it.  Programs are installed by their own folders.
include(GNUInstallDirs)
set(debian ${CMAKE_CURRENT_LIST_DIR})

file(GLOB units ${CMAKE_SOURCE_DIR}/deploy/systemd/*)
# Where Debian 12 looks, whatever the prefix is.
install(FILES ${units} DESTINATION /lib/systemd/system)
install(FILES ${debian}/tocsin.sysusers DESTINATION lib/sysusers.d RENAME tocsin.conf)
install(FILES ${debian}/tocsin.tmpfiles DESTINATION lib/tmpfiles.d RENAME tocsin.conf)
install(FILES ${debian}/tocsin.yaml DESTINATION /etc/tocsin)
install(PROGRAMS ${debian}/tocsin-setup DESTINATION sbin)

install(FILES ${debian}/tocsin.overrides DESTINATION share/lintian/overrides RENAME tocsin)

foreach(document OPERATIONS SECURITY PROTOCOL TRIAGE JOBS INTAKE)
	install(FILES ${CMAKE_SOURCE_DIR}/docs/${document}.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
endforeach()
install(FILES ${debian}/copyright ${CMAKE_SOURCE_DIR}/CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
# -n: the same bytes for the same input.
find_program(GZIP gzip REQUIRED)
set(changelog ${CMAKE_CURRENT_BINARY_DIR}/changelog.gz)
add_custom_command(OUTPUT ${changelog} COMMAND ${GZIP} -9nc ${debian}/changelog > ${changelog}
	DEPENDS ${debian}/changelog VERBATIM)
add_custom_target(package_changelog ALL DEPENDS ${changelog})
install(FILES ${changelog} DESTINATION ${CMAKE_INSTALL_DOCDIR})

# What shells complete by, as the command line prints it; each shell looks in a folder of its own.
function(completion shell folder name)
	set(script ${CMAKE_CURRENT_BINARY_DIR}/completion/${name})
	add_custom_command(OUTPUT ${script} COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/completion
		COMMAND tocsin completion ${shell} > ${script} DEPENDS tocsin VERBATIM)
	add_custom_target(completion_${shell} ALL DEPENDS ${script})
	install(FILES ${script} DESTINATION ${folder})
endfunction()
completion(bash share/bash-completion/completions tocsin)
completion(zsh share/zsh/vendor-completions _tocsin)
completion(fish share/fish/vendor_completions.d tocsin.fish)

# Manual pages: of the tables, and those of deploy/man; their date is the changelog's.
file(STRINGS ${debian}/changelog stamp REGEX "^ -- " LIMIT_COUNT 1)
string(REGEX REPLACE ".*, ([0-9]+) ([A-Za-z]+) ([0-9]+) .*" "\\1;\\2;\\3" stamp "${stamp}")
list(GET stamp 0 day)
list(GET stamp 1 month)
list(GET stamp 2 year)
set(months Jan January Feb February Mar March Apr April May May Jun June Jul July Aug August Sep September
	Oct October Nov November Dec December)
list(FIND months ${month} at)
math(EXPR at "${at} + 1")
list(GET months ${at} month)
string(REGEX REPLACE "^0" "" day ${day})
set(PAGES_DATE "${month} ${day}, ${year}")
set(pages ${CMAKE_CURRENT_BINARY_DIR}/man)
file(GLOB written RELATIVE ${CMAKE_SOURCE_DIR}/deploy/man ${CMAKE_SOURCE_DIR}/deploy/man/*)
foreach(page ${written})
	configure_file(${CMAKE_SOURCE_DIR}/deploy/man/${page} ${pages}/${page} @ONLY)
endforeach()
add_custom_command(OUTPUT ${pages}/tocsin.1 COMMAND tocsin-pages ${pages} ${PAGES_DATE} DEPENDS tocsin-pages VERBATIM)
add_custom_target(package_pages ALL DEPENDS ${pages}/tocsin.1)
# -n: the same bytes for the same input.
install(CODE "
	file(GLOB pages \"${pages}/*.[158]\")
	foreach(page \${pages})
		get_filename_component(name \${page} NAME)
		string(REGEX REPLACE \".*\\\\.\" \"\" section \${name})
		set(to \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/share/man/man\${section}\")
		file(MAKE_DIRECTORY \${to})
		execute_process(COMMAND ${GZIP} -9nc \${page} OUTPUT_FILE \${to}/\${name}.gz COMMAND_ERROR_IS_FATAL ANY)
	endforeach()")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tocsin)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
	OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PACKAGE_CONTACT "Tocsin <tocsin@localhost>" CACHE STRING "Maintainer of the package")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "incident response and ticketing for security teams")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"SIEM alerts and people's reports come in, triage makes incidents of them,
analysts work them from the keyboard, and what happened can be proved
afterwards: every change is one entry of a hash-chained, signed journal.
.
This package holds the broker, its workers, the HTTP gateway, the command
line and the verifier.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
string(JOIN ", " CPACK_DEBIAN_PACKAGE_DEPENDS
	"debconf (>= 0.5) | debconf-2.0"
	"systemd | systemd-standalone-sysusers | systemd-sysusers"
	"systemd | systemd-standalone-tmpfiles | systemd-tmpfiles")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/conffiles "/etc/tocsin/tocsin.yaml\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
	${debian}/postinst ${debian}/prerm ${debian}/postrm ${debian}/config ${debian}/templates
	${CMAKE_CURRENT_BINARY_DIR}/conffiles)
include(CPack)
