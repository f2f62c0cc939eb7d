// Schedules an MSPDI file with MPXJ's scheduler, as MS Project would, several times in one JVM, and prints the times in
// milliseconds; then how many tasks start and finish when our CSV says:
// java -cp 'LIB/*' ScheduleMpxj.java FILE.xml FILE.csv PASSES

import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Map;
import org.mpxj.Duration;
import org.mpxj.ProjectFile;
import org.mpxj.Task;
import org.mpxj.TimeUnit;
import org.mpxj.cpm.MicrosoftScheduler;
import org.mpxj.mspdi.MSPDIReader;

public class ScheduleMpxj {
  public static void main(String[] arguments) throws Exception {
    ProjectFile project;
    try (FileInputStream file = new FileInputStream(arguments[0])) {
      project = new MSPDIReader().read(file);
    }
    // it wants to be told that nothing is done yet
    for (Task task : project.getTasks()) {
      task.setActualDuration(Duration.getInstance(0, TimeUnit.DAYS));
      task.setRemainingDuration(task.getDuration());
    }
    LocalDateTime start = project.getProjectProperties().getStartDate();
    StringBuilder line = new StringBuilder("whole");
    for (int pass = 0; pass < Integer.parseInt(arguments[2]); pass++) {
      long begun = System.nanoTime();
      new MicrosoftScheduler().schedule(project, start);
      line.append(String.format("\t%.4f", (System.nanoTime() - begun) / 1e6));
    }
    System.out.println(line);
    Map<Integer, String[]> ours = new HashMap<>();
    Files.readAllLines(Path.of(arguments[1])).stream().skip(1).map(row -> row.split(","))
        .forEach(row -> ours.put(Integer.valueOf(row[0]), row));
    int same = 0;
    for (Task task : project.getTasks()) {
      String[] row = ours.get(task.getUniqueID());
      if (row != null && LocalDateTime.parse(row[2]).equals(task.getEarlyStart())
          && LocalDateTime.parse(row[3]).equals(task.getEarlyFinish())) {
        same++;
      }
    }
    System.out.println("same\t" + same);
  }
}
