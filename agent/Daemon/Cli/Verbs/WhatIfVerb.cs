using System.CommandLine;
using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Status.Reserves;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary>
/// <c>nodeagent what-if node-down NODE</c>: what would happen, by the same rules that would decide it; <c>what-if drain NODE</c>: where its
/// services would go, and whether storage lets it go; <c>what-if storage</c>: what
/// failures would do to storage that is a cluster itself, as it is now.
/// </summary>
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
                if (report.Store is { } stuck)
                {
                    screen.Line($"{Marks.Bad} The cluster store could decide nothing without {report.Node}, and no service would go on anywhere: {stuck}.");
                }

                foreach (var line in NodeReserve.Describe(report.Reserve))
                {
                    screen.Line($"{line}.");
                }

                screen.Note(string.Create(CultureInfo.InvariantCulture, $"Its lease would end {report.Lease:0.#} s after its last renewal; cutting its power, where that can be done, is sooner."));
            });
        return new Command("what-if", "What would happen, without doing anything") { down, Drain(context), Storage(context) };
    }

    /// <summary>What draining a node would do.</summary>
    public static Task<Outcome<DrainPlan>> PlanDrainAsync(ApiClient client, string node, CancellationToken cancellation) =>
        client.GetAsync<DrainPlan>($"v1/what-if/drain/{Uri.EscapeDataString(node)}", cancellation);

    /// <summary>That, for people.</summary>
    public static void DrawDrain(Screen screen, DrainPlan plan)
    {
        screen.Table(
            ["Backend", "Served by it", "If it is switched off"],
            plan.Storage.Select(storage => (IReadOnlyList<string>)
            [
                storage.Backend.Value, storage.Serves.Count > 0 ? string.Join(", ", storage.Serves) : "nothing",
                storage.Objections.Count > 0 ? $"REFUSED: {string.Join(" ", storage.Objections)}" : "goes on",
            ]),
            "No backend here stands on storage that nodes serve.");
        screen.Line("");
        screen.Table(
            ["Service", "Goes to", "Why"],
            plan.Services.Select(service => (IReadOnlyList<string>)[service.Name, service.To?.Value ?? $"{Marks.Warning} nowhere", service.Text]),
            $"{plan.Node} has no services.");
    }

    private static Command Drain(CliContext context)
    {
        var node = new Argument<string>("NODE") { Description = "The node" };
        var drain = new Command("drain", "Where each service would go, or why it cannot leave, and whether storage that the node serves lets it go") { node };
        context.Ask(drain, (client, parsed, cancellation) => PlanDrainAsync(client, parsed.GetValue(node)!, cancellation), DrawDrain);
        return drain;
    }

    private static Command Storage(CliContext context)
    {
        var storage = new Command("storage", "What the loss of disks, nodes and monitors would do to storage that is a cluster itself");
        context.Ask(
            storage,
            (client, _, cancellation) => client.GetAsync<StorageFailuresReport>("v1/what-if/storage", cancellation),
            (screen, report) =>
            {
                screen.Table(
                    ["Backend", "Lost", "Data kept", "Writes go on", "What is felt", "By itself", "To do"],
                    report.Backends.SelectMany(backend => backend.Failures.Select(failure => (IReadOnlyList<string>)
                    [
                        backend.Backend.Value, failure.Name, Word(failure.Data), Word(failure.Writes), failure.Impact, failure.ByItself, failure.Operator,
                    ])),
                    "No backend here stands on a cluster of storage.");
                foreach (var backend in report.Backends.Where(backend => backend.Why is not null))
                {
                    screen.Note($"{backend.Backend}: nothing can be told: {backend.Why}");
                }
            });
        return storage;
    }

    private static string Word(Answer answer) => answer switch
    {
        Answer.Yes => "yes",
        Answer.No => "NO",
        _ => "unknown",
    };
}
