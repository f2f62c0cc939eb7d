# Schedules a project with TaskJuggler once, and prints the time in milliseconds, without reading the file and without
# reports; then how many tasks finish when our CSV says: ruby schedule_tj3.rb FILE.tjp FILE.csv
# (It writes a start where the wait ends, 17:00 rather than 08:00 the next morning: the same moment of work.)

require 'taskjuggler/TaskJuggler'

def now = Process.clock_gettime(Process::CLOCK_MONOTONIC, :float_millisecond)

file, csv = ARGV
juggler = TaskJuggler.new
abort 'not read' unless juggler.parse([file])
begun = now
abort 'not scheduled' unless juggler.schedule
puts "whole\t#{(now - begun).round(4)}"
same = File.foreach(csv).drop(1).count do |line|
  uid, _, _, finish = line.split(',')
  juggler.project.task("t#{uid}")['end', 0].to_s('%Y-%m-%dT%H:%M') == finish
end
puts "same\t#{same}"
