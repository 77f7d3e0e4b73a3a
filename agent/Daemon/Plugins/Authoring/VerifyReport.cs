using System.Text;

namespace NodeAgent.Daemon.Plugins.Authoring;

/// <summary>What <c>nodeagent plugin verify</c> found.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Lines">One a check.</param>
public sealed record VerifyReport(string Path, IReadOnlyList<VerifyLine> Lines)
{
    /// <summary>True if nothing failed.</summary>
    public bool Passed => Lines.All(line => line.Result != VerifyResult.Failed);

    /// <summary>One line a check and a summary.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        var width = Lines.Count == 0 ? 0 : Lines.Max(line => line.Check.Length);
        foreach (var line in Lines)
        {
            var word = line.Result switch
            {
                VerifyResult.Passed => "passed",
                VerifyResult.Failed => "FAILED",
                VerifyResult.Skipped => "skipped",
                _ => throw new InvalidOperationException($"unknown result {line.Result}"),
            };
            text.Append($"{word,-8}{line.Check.PadRight(width)}  {line.Reason}");
            text.Append(line.Remedy.Length == 0 ? "\n" : $". {line.Remedy}\n");
        }

        return text
            .Append($"{Count(VerifyResult.Passed)} passed, {Count(VerifyResult.Failed)} failed, ")
            .Append($"{Count(VerifyResult.Skipped)} skipped: {Path}\n")
            .ToString();
    }

    private int Count(VerifyResult result) => Lines.Count(line => line.Result == result);
}
