using NodeAgent.Daemon.Configuration.Yaml;

namespace NodeAgent.Daemon.Configuration;

/// <summary>Finds the drop-ins.</summary>
internal static class DropIns
{
    /// <summary>The files in the order in which they count. No folder means none.</summary>
    public static IReadOnlyList<string> In(string? folder, ProblemList problems)
    {
        if (folder is null || !Path.Exists(folder))
        {
            return [];
        }

        try
        {
            var all = Directory.GetFileSystemEntries(folder);
            Array.Sort(all, StringComparer.Ordinal);
            foreach (var other in all.Where(file => file.EndsWith(".yml", StringComparison.Ordinal)))
            {
                problems.Warning(Place.StartOf(other), ConfigProblem.WholeFile, "is not read, for its name ends in .yml", "Rename it to .yaml");
            }

            return [.. all.Where(file => file.EndsWith(".yaml", StringComparison.Ordinal) && !Path.GetFileName(file).StartsWith('.'))];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problems.Error(Place.StartOf(folder), ConfigProblem.WholeFile, $"cannot be listed: {FileText.OneLine(failure.Message)}", "Mend the folder, or remove it");
            return [];
        }
    }
}
