using System.CommandLine;
using System.Globalization;
using NodeAgent.Daemon.Failover.Desk;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent what-if node-down NODE</c>: what would happen, by the same rules that would decide it.</summary>
internal static class WhatIfVerb
{
    public static Command Build(CliContext context)
    {
        var node = new Argument<string>("NODE") { Description = "The node" };
        var down = new Command("node-down", "What would become of a node's services if it died now") { node };
        context.Ask(
            down,
            (client, parsed, cancellation) => client.GetAsync<WhatIfReport>($"v1/what-if/node-down/{Uri.EscapeDataString(parsed.GetValue(node)!)}", cancellation),
            (screen, report) =>
            {
                screen.Table(
                    ["Service", "State", "What would become of it"],
                    report.Services.Select(service => (IReadOnlyList<string>)[service.Name, service.State, service.IfNodeDies ?? "nothing: it shall not run"]),
                    $"{report.Node} has no services.");
                screen.Note(string.Create(CultureInfo.InvariantCulture, $"Its lease would end {report.Lease:0.#} s after its last renewal; cutting its power, where that can be done, is sooner."));
            });
        return new Command("what-if", "What would happen, without doing anything") { down };
    }
}
