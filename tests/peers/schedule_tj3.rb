# Schedules a project with TaskJuggler once, and prints the time in milliseconds, without reading the file and without
# reports; then how many tasks start and finish when our CSV says: ruby schedule_tj3.rb FILE.tjp FILE.csv

require 'taskjuggler/TaskJuggler'

def now = Process.clock_gettime(Process::CLOCK_MONOTONIC, :float_millisecond)

file, csv = ARGV
TaskJuggler::MessageHandlerInstance.instance.outputLevel = :error rescue nil
juggler = TaskJuggler.new
abort 'not read' unless juggler.parse([file])
begun = now
abort 'not scheduled' unless juggler.schedule
puts "whole\t#{(now - begun).round(4)}"
same = File.foreach(csv).drop(1).count do |line|
  uid, _, start, finish = line.split(',')
  task = juggler.project.task("t#{uid}")
  [start, finish] == %w[start end].map { |name| task[name, 0].to_s('%Y-%m-%dT%H:%M') }
end
puts "same\t#{same}"
