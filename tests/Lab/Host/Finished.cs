namespace NodeAgent.Lab.Host;

/// <summary>A command that has ended, or was ended at its limit.</summary>
public sealed record Finished(string Command, int ExitCode, string Output, string Errors, bool TimedOut)
{
    public bool Ok => ExitCode == 0 && !TimedOut;

    public string Expect() => Ok ? Output : throw new LabFailure(Describe());

    public string Describe()
    {
        var how = TimedOut ? "took too long and was ended" : $"ended with exit code {ExitCode}";
        var said = string.Join('\n', new[] { Errors.Trim(), Output.Trim() }.Where(text => text.Length > 0));
        return $"`{Short(Command, 300)}` {how}{(said.Length > 0 ? ":\n" + Tail(said, 3000) : " and said nothing")}";
    }

    private static string Short(string text, int limit) => text.Length <= limit ? text : text[..limit] + "…";

    private static string Tail(string text, int limit) => text.Length <= limit ? text : "…" + text[^limit..];
}
