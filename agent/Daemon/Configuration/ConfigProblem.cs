using System.Text.Json;

namespace NodeAgent.Daemon.Configuration;

/// <summary>Something wrong in the configuration, and what to do about it.</summary>
/// <param name="Severity">Whether the agent can run with it.</param>
/// <param name="File">The file it is in.</param>
/// <param name="Line">Counts from 1.</param>
/// <param name="Column">Counts from 1.</param>
/// <param name="Field">The path of the field, such as <c>backends[tank].options.root</c>; <see cref="WholeFile"/> if none.</param>
/// <param name="Message">What is wrong, without a full stop.</param>
/// <param name="Remedy">What to do, without a full stop.</param>
internal sealed record ConfigProblem(
    ProblemSeverity Severity,
    string File,
    int Line,
    int Column,
    string Field,
    string Message,
    string Remedy)
{
    /// <summary>The field of a problem that is about the file as such.</summary>
    public const string WholeFile = "(file)";

    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web);

    /// <summary>One object, for machines.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonOptions);

    /// <summary>One line, for people and editors.</summary>
    public override string ToString()
    {
        var word = Severity == ProblemSeverity.Warning ? "warning: " : string.Empty;
        return $"{File}:{Line}:{Column}: {word}{Field}: {Message}. {Remedy}";
    }
}
