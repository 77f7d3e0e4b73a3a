using NodeAgent.Daemon.Cli;

namespace NodeAgent.Tests.Daemon.Cli;

/// <summary>The terminal that a command line is given.</summary>
internal sealed class CliTerminal
{
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal) { ["LANG"] = "C.UTF-8", ["TERM"] = "xterm" };

    public bool IsTerminal { get; init; }

    public string Input { get; init; } = "";

    public string Root { get; init; } = "/";

    public IReadOnlyList<string> Tools { get; init; } = [];

    public async Task<CliRun> RunAsync(IReadOnlyList<string> words, CancellationToken cancellation = default)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var input = new StringReader(Input);
        var around = new CliSurroundings(
            TextWriter.Synchronized(output), TextWriter.Synchronized(error), input, IsTerminal, IsTerminal, IsTerminal,
            name => Variables.GetValueOrDefault(name), TimeProvider.System) { Root = Root, Tools = Tools };
        var code = await CommandLine.RunAsync(words, around, cancellation);
        return new CliRun(code, output.ToString(), error.ToString());
    }
}
