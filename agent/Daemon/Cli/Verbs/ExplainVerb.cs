using System.CommandLine;
using NodeAgent.Contract;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Failover.Desk;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent explain</c>: why a service or a node is as it is.</summary>
internal static class ExplainVerb
{
    public static Command Build(CliContext context)
    {
        var name = new Argument<string>("NAME") { Description = "A service or a node" };
        var verb = new Command("explain", "Why a service or a node is as it is") { name };
        context.Ask(
            verb,
            (client, parsed, cancellation) => ReadAsync(client, parsed.GetValue(name)!, cancellation),
            Draw);
        return verb;
    }

    /// <summary>What the agent says of it.</summary>
    public static Task<Outcome<ExplainReport>> ReadAsync(ApiClient client, string name, CancellationToken cancellation) =>
        client.GetAsync<ExplainReport>($"v1/explain/{Uri.EscapeDataString(name)}", cancellation);

    /// <summary>That, for people.</summary>
    public static void Draw(Screen screen, ExplainReport report) =>
        screen.Table(["About", report.Subject], report.Lines.Select(line => (IReadOnlyList<string>)[line.Label, line.Text]));
}
