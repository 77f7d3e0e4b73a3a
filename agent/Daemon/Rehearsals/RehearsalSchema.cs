using NodeAgent.Core.Views;
using NodeAgent.Daemon.Configuration.Kinds;
using NodeAgent.Daemon.Configuration.Schema;

namespace NodeAgent.Daemon.Rehearsals;

/// <summary>Every field of a file for <c>nodeagent simulate</c>. The reader and the manual page are made from this.</summary>
internal static class RehearsalSchema
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly IReadOnlyDictionary<string, WantedState> Wants = new Dictionary<string, WantedState>(StringComparer.Ordinal)
    {
        ["running"] = WantedState.Running, ["stopped"] = WantedState.Stopped, ["unmanaged"] = WantedState.Unmanaged,
    };

    private static readonly IReadOnlyDictionary<string, bool> Power = new Dictionary<string, bool>(StringComparer.Ordinal) { ["on"] = true, ["off"] = false };

    private static readonly IReadOnlyDictionary<string, bool> Network = new Dictionary<string, bool>(StringComparer.Ordinal) { ["up"] = true, ["down"] = false };

    // With the default and the bounds of the agent's own.
    private static readonly ScalarField HangLimit = ServiceSchema.Failover.Fields.OfType<ScalarField>().Single(field => field.Name == "hang_limit");

    /// <summary>The whole file.</summary>
    public static GroupField Root { get; } = new(string.Empty, string.Empty,
    [
        new GroupField("settings", "What holds for all nodes.",
        [
            new ScalarField("stall", new SpanKind(TimeSpan.FromMinutes(1)), "S: how long a node may stall before its services are taken from it. All other timings follow from it; see nodeagent timings.") { Default = "4s" },
            new ScalarField("device", new SpanKind(TimeSpan.FromMinutes(5)), "The watchdog's timeout.") { DefaultInWords = "as long as stall", Example = "4s" },
            new ScalarField("length", new SpanKind(Day), "How long the rehearsal runs.") { DefaultInWords = "3 minutes after the last step", Example = "10m" },
            new ScalarField("boot", new SpanKind(TimeSpan.FromHours(1)), "How long a node boots, more or less: 0.7 to 1.7 times that, drawn.") { Default = "30s" },
            HangLimit with { Doc = "How long disks may answer nothing before a service on them counts as failed; failover.hang_limit of nodeagent.yaml(5)." },
            new ScalarField("mend_at", new SpanKind(Day), "From then on nothing is broken any more and everything is wanted to run: a service that does not come to rest is a broken promise.") { DefaultInWords = "never", Example = "5m" },
            new ScalarField("seed", new NumberKind(0, int.MaxValue), "All delays are drawn from it: the same seed gives the same run.") { Default = "1" },
        ]),
        new NamedListField("nodes", "name", "The nodes as the rehearsal begins.",
        [
            new ScalarField("name", new NameKind("node"), "The node's name.") { Required = true, Example = "n1" },
            new ScalarField("power", new WordKind<bool>(Power), "Whether it is on.") { Default = "on" },
            new ScalarField("network", new WordKind<bool>(Network), "Whether it reaches the others.") { Default = "up" },
            new ScalarField("maintenance", new SwitchKind(), "Whether an operator wants it empty.") { Default = "false" },
            new ScalarField("watchdog", new SwitchKind(), "Whether it has a watchdog that works.") { Default = "true" },
            new ScalarField("fence", new SwitchKind(), "Whether a fence device can cut its power.") { Default = "false" },
            new ScalarField("witness", new SwitchKind(), "True for a box that only votes.") { Default = "false" },
            new ScalarField("clock_error", new NumberKind(-10_000, 10_000), "How wrong its clock runs, in parts per million. All promises hold up to 500 either way.") { Default = "0" },
            new ScalarField("vote", new SwitchKind(), "Whether it has a member of the store.") { Default = "true" },
        ]),
        new NamedListField("services", "name", "The services as the rehearsal begins; the fields of nodeagent.yaml(5) and some more.",
        [
            .. ServiceSchema.Services.Fields,
            new ScalarField("node", new NameKind("node"), "The node where it begins.") { DefaultInWords = "the best of nodes that is on, in the network and not in maintenance", Example = "n1" },
            new ScalarField("new", new SwitchKind(), "True if nobody ever wrote it: no copies yet, and only its first node can begin it. Otherwise all nodes hold the same as the rehearsal begins.") { Default = "false" },
            new ScalarField("wanted", new WordKind<WantedState>(Wants), "What is wanted of it.") { Default = "running" },
            new ScalarField("storage", new ChoiceKind<ServiceStorage>(ServiceStorage.Copies, ServiceStorage.Synchronous, ServiceStorage.Shared, ServiceStorage.Excluding), "Copies: each node has its own. Synchronous: copies that the storage writes at once. Shared: all see the same. Excluding: shared, and an old writer is refused.") { Default = "copies" },
            new ScalarField("copy_every", new SpanKind(Day), "How often copies are brought up to date.") { Default = "60s" },
            new ScalarField("open_takes", new SpanKind(Day), "How long it takes to open its units.") { DefaultInWords = "less than half a second", Example = "2s" },
            new ScalarField("start_takes", new SpanKind(Day), "How long its start takes.") { DefaultInWords = "less than a second", Example = "20s" },
            new GroupListField("fails", "What it does badly, and on which node.",
            [
                new ScalarField("node", new NameKind("node"), "The node.") { Required = true, Example = "n2" },
                new ScalarField("at", new ChoiceKind<FailingPart>(FailingPart.Start, FailingPart.Stop, FailingPart.Promote), "What does not work there.") { Required = true, Example = "start" },
            ]),
        ]),
        new GroupListField("steps", "What is done, and when.",
        [
            new ScalarField("at", new SpanKind(Day), "When, from the beginning.") { Required = true, Example = "60s" },
            new ScalarField("do", new WordKind<StepWord>(StepWords.All), "What.") { Required = true, Example = "power-off" },
            new ScalarField("node", new NameKind("node"), "To which node; with move: where to.") { DefaultInWords = "none", Example = "n1" },
            new ScalarField("other", new NameKind("node"), "The other node of a link.") { DefaultInWords = "none", Example = "n2" },
            new ScalarField("service", new NameKind("service"), "To which service.") { DefaultInWords = "none", Example = "db" },
            new ScalarField("for", new SpanKind(Day), "How long a freeze or a stall lasts; with slow: how long a question takes.") { DefaultInWords = "until something ends it", Example = "8s" },
        ]),
    ]);
}
