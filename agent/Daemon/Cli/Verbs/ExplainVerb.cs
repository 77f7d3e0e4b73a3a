using System.CommandLine;
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
            (client, parsed, cancellation) => client.GetAsync<ExplainReport>($"v1/explain/{Uri.EscapeDataString(parsed.GetValue(name)!)}", cancellation),
            (screen, report) => screen.Table(["About", report.Subject], report.Lines.Select(line => (IReadOnlyList<string>)[line.Label, line.Text])));
        return verb;
    }
}
