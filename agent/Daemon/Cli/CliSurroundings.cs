namespace NodeAgent.Daemon.Cli;

/// <summary>What the command line touches of the process around it. Tests give their own.</summary>
/// <param name="Output">Data.</param>
/// <param name="Error">Everything else.</param>
/// <param name="Input">Answers, tokens.</param>
/// <param name="IsOutputTerminal">A person watches the data.</param>
/// <param name="IsErrorTerminal">A person watches messages and progress.</param>
/// <param name="IsInputTerminal">A person can be asked.</param>
/// <param name="Variable">An environment variable; null if it is not set.</param>
/// <param name="Time">The clock.</param>
internal sealed record CliSurroundings(
    TextWriter Output,
    TextWriter Error,
    TextReader Input,
    bool IsOutputTerminal,
    bool IsErrorTerminal,
    bool IsInputTerminal,
    Func<string, string?> Variable,
    TimeProvider Time)
{
    /// <summary>The root of the file system.</summary>
    public string Root { get; init; } = "/";

    /// <summary>Folders that are searched for programs before the system's; none but in tests.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    private static readonly string[] LocaleVariables = ["LC_ALL", "LC_CTYPE", "LANG"];

    /// <summary>This process.</summary>
    public static CliSurroundings OfThisProcess() => new(
        Console.Out, Console.Error, Console.In, !Console.IsOutputRedirected, !Console.IsErrorRedirected, !Console.IsInputRedirected,
        Environment.GetEnvironmentVariable, TimeProvider.System);

    /// <summary>True if the locale says that the terminal shows more than ASCII.</summary>
    public bool IsUtf8
    {
        get
        {
            var locale = LocaleVariables.Select(Variable).FirstOrDefault(value => !string.IsNullOrEmpty(value)) ?? "";
            return locale.Contains("UTF-8", StringComparison.OrdinalIgnoreCase) || locale.Contains("UTF8", StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>True if the environment asks for no colours.</summary>
    public bool IsPlain => !string.IsNullOrEmpty(Variable("NO_COLOR")) || Variable("TERM") is null or "" or "dumb";
}
