using YamlDotNet.Core;

namespace NodeAgent.Daemon.Configuration.Yaml;

/// <summary>Reads one file into a tree that knows the place of everything.</summary>
internal static class YamlFile
{
    /// <summary>The tree, empty for a file without content; null after an error was reported.</summary>
    /// <param name="file">Which.</param>
    /// <param name="problems">Where problems go.</param>
    /// <param name="needs">What a file must hold, and where to find how it is written; null: one that is empty means all defaults.</param>
    public static YamlMap? Read(string file, ProblemList problems, string? needs = null)
    {
        var text = FileText.Read(file, problems, needs is null ? "Create it; an empty one means all defaults" : $"Check the path, or create it: {needs}");
        if (text is null || HasTabs(text, file, problems))
        {
            return null;
        }

        if (string.IsNullOrWhiteSpace(text) && needs is not null)
        {
            problems.Error(Place.StartOf(file), ConfigProblem.WholeFile, "is empty", $"Write into it: {needs}");
            return null;
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            problems.Warning(Place.StartOf(file), ConfigProblem.WholeFile, "is empty", "Every field has its default; write a comment to say that this is meant");
            return new YamlMap(Place.StartOf(file), []);
        }

        return Parse(text, file, problems);
    }

    private static YamlMap? Parse(string text, string file, ProblemList problems)
    {
        try
        {
            return new YamlTree(new Parser(new StringReader(text)), file, problems).Read();
        }
        catch (YamlException failure)
        {
            var place = new Place(file, (int)Math.Max(1, failure.Start.Line), (int)Math.Max(1, failure.Start.Column));
            problems.Error(place, ConfigProblem.WholeFile, $"is not YAML: {Reason(failure)}", "Check indentation, colons and quotes on this line and the one above");
            return null;
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or OverflowException or FormatException)
        {
            // The parser lets some of its own slips through on mangled input.
            problems.Error(Place.StartOf(file), ConfigProblem.WholeFile, $"is not YAML: {FileText.OneLine(failure.Message)}", "Check what was changed last");
            return null;
        }
    }

    private static string Reason(YamlException failure)
    {
        var message = FileText.OneLine(failure.Message);
        return message.Length == 0 ? "it cannot be understood" : char.ToLowerInvariant(message[0]) + message[1..];
    }

    private static bool HasTabs(string text, string file, ProblemList problems)
    {
        var line = 0;
        var found = false;
        foreach (var content in text.AsSpan().EnumerateLines())
        {
            line++;
            var body = content.TrimStart(" \t");
            var tab = content[..^body.Length].IndexOf('\t');
            if (tab >= 0 && body.Length > 0 && body[0] != '#')
            {
                found = true;
                problems.Error(new Place(file, line, tab + 1), ConfigProblem.WholeFile, "a tab indents this line", "Use spaces");
            }
        }

        return found;
    }
}
