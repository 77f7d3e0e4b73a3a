namespace NodeAgent.Tests.Linux.Commands;

/// <summary>The processes that this one started and that are still there, zombies included.</summary>
internal static class Children
{
    public static List<(int Pid, char State, string Name)> OfThisProcess()
    {
        var children = new List<(int, char, string)>();
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var pid) && Read(folder) is { } stat)
            {
                var end = stat.LastIndexOf(')');
                var fields = stat[(end + 2)..].Split(' ');
                if (int.Parse(fields[1]) == Environment.ProcessId)
                {
                    children.Add((pid, fields[0][0], stat[(stat.IndexOf('(') + 1)..end]));
                }
            }
        }

        return children;
    }

    /// <summary>True while a process is there and not a zombie.</summary>
    public static bool IsAlive(int pid) =>
        Read($"/proc/{pid}") is { } stat && stat[stat.LastIndexOf(')') + 2] != 'Z';

    private static string? Read(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Join(folder, "stat"));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
