namespace NodeAgent.Tests.Daemon.Cli;

/// <summary>What a command line did.</summary>
internal sealed record CliRun(int Code, string Output, string Error)
{
    /// <summary>Runs a command line in this process, as nobody at a terminal would.</summary>
    public static Task<CliRun> RunAsync(params string[] words) => new CliTerminal().RunAsync(words);
}
