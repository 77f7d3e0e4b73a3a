using NodeAgent.Daemon.Configuration.Yaml;

namespace NodeAgent.Daemon.Configuration;

/// <summary>Collects problems, so that all are told at once.</summary>
internal sealed class ProblemList
{
    /// <summary>More than this helps nobody: a wrong file was given.</summary>
    public const int Limit = 100;

    private const int MaxText = 300;

    private readonly List<ConfigProblem> problems = [];
    private int beyondLimit;

    public bool HasErrors { get; private set; }

    public void Error(Place place, string field, string message, string remedy)
    {
        HasErrors = true;
        Add(ProblemSeverity.Error, place, field, message, remedy);
    }

    public void Warning(Place place, string field, string message, string remedy) =>
        Add(ProblemSeverity.Warning, place, field, message, remedy);

    /// <summary>All problems by file in the order of reading, then by line.</summary>
    public IReadOnlyList<ConfigProblem> InOrder(IReadOnlyList<string> files)
    {
        var order = files.Select((file, index) => (file, index))
            .DistinctBy(pair => pair.file)
            .ToDictionary(pair => pair.file, pair => pair.index);
        List<ConfigProblem> sorted =
        [
            .. problems
                .OrderBy(problem => order.GetValueOrDefault(problem.File, int.MaxValue))
                .ThenBy(problem => problem.Line)
                .ThenBy(problem => problem.Column),
        ];
        if (beyondLimit > 0)
        {
            var last = sorted[^1];
            sorted.Add(last with
            {
                Severity = HasErrors ? ProblemSeverity.Error : ProblemSeverity.Warning,
                Field = ConfigProblem.WholeFile,
                Message = $"{beyondLimit} more problems are not shown",
                Remedy = "Mend the ones above first",
            });
        }

        return sorted;
    }

    /// <summary>Keys and values come from anybody's file: one line, and not a page of it.</summary>
    private static string OneLine(string text) =>
        FileText.OneLine(text.Length <= MaxText ? text : $"{text.AsSpan(0, MaxText)}...");

    private void Add(ProblemSeverity severity, Place place, string field, string message, string remedy)
    {
        if (problems.Count >= Limit)
        {
            beyondLimit++;
            return;
        }

        // A key may be empty or a blank; a problem still names a field.
        var name = OneLine(field).Length == 0 ? ConfigProblem.WholeFile : OneLine(field);
        problems.Add(new ConfigProblem(
            severity, place.File, place.Line, place.Column, name, OneLine(message), OneLine(remedy)));
    }
}
