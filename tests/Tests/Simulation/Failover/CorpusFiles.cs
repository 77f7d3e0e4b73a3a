using System.Globalization;
using System.Text;
using NodeAgent.Daemon.Rehearsals;
using NodeAgent.Rehearsal.Plans;
using NodeAgent.Tests.Architecture;

namespace NodeAgent.Tests.Simulation.Failover;

/// <summary>Plans as files for <c>nodeagent simulate</c>: tests/Simulation/Corpus.</summary>
internal static class CorpusFiles
{
    private const string Caught = "# Catches a core that ";

    private static string Folder { get; } = Path.Combine(Repository.Root, "tests", "Simulation", "Corpus");

    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.EnumerateFiles(Folder, "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    public static string NameOf(string mutant) => mutant.Replace(' ', '-').Replace(",", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal);

    /// <summary>The plan of a file.</summary>
    public static RehearsalPlan Read(string name)
    {
        var reading = RehearsalFile.Read(Path.Combine(Folder, name + ".yaml"));
        Assert.IsNotNull(reading.Plan, string.Join('\n', reading.Problems));
        return reading.Plan;
    }

    /// <summary>The wrong core that a file caught, or null.</summary>
    public static string? Mutant(string name) => File.ReadLines(Path.Combine(Folder, name + ".yaml")).First() is { } line && line.StartsWith(Caught, StringComparison.Ordinal)
        ? line[Caught.Length..].TrimEnd('.') : null;

    /// <summary>The plan with times that a file can hold.</summary>
    public static RehearsalPlan Rounded(RehearsalPlan plan) => plan with
    {
        Happenings = [.. plan.Happenings.Where(what => what.Node != what.Other || what.Node.Length == 0 || Word(what).Word.WithOther is null && what.Kind != HappeningKind.CutOneWay)
            .Select(what => what with { At = Round(what.At), For = Round(what.For) })],
    };

    /// <summary>Writes a plan, and who it caught.</summary>
    public static void Write(string mutant, RehearsalPlan plan)
    {
        var text = new StringBuilder(Caught).Append(mutant).Append(".\n");
        text.Append(CultureInfo.InvariantCulture, $"settings: {{ stall: {Span(plan.Choice.Stall)}, seed: {plan.Seed}, boot: {Span(plan.Boot)}, length: {Span(plan.Length)}, device: {Span(plan.Choice.Device)}, hang_limit: {Span(plan.HangLimit)}{(plan.CalmFrom is { } calm ? $", mend_at: {Span(calm)}" : "")} }}\nnodes:\n");
        foreach (var node in plan.Nodes)
        {
            text.Append(CultureInfo.InvariantCulture, $"  - {{ name: {node.Name}, watchdog: {Switch(node.HasWatchdog)}, fence: {Switch(node.CanBeFenced)}, witness: {Switch(!node.HasAgent)}, clock_error: {node.ClockError:0}{(node.IsOn ? "" : ", power: off")}{(node.IsDrained ? ", maintenance: true" : "")} }}\n");
        }

        text.Append("services:\n");
        foreach (var (service, policy) in plan.Services.Select(service => (service, service.Policy)))
        {
            text.Append(CultureInfo.InvariantCulture, $"  - {{ name: {policy.Name}, nodes: [{string.Join(", ", policy.Nodes)}], new: {Switch(service.IsNew)}, storage: {Storage(service)}, copy_every: {Span(service.CopyEvery)}");
            text.Append(CultureInfo.InvariantCulture, $", rpo_limit: {policy.LossLimit.TotalSeconds:0}s, restart_limit: {policy.RestartLimit}, move_limit: {policy.MoveLimit}, fail_back: {Switch(policy.FailsBack)}, spread: {Switch(policy.Spreads)}");
            text.Append(CultureInfo.InvariantCulture, $", on_node_stop: {policy.OnNodeStop.ToString().ToLowerInvariant()}, with: [{string.Join(", ", policy.With)}], apart: [{string.Join(", ", policy.Apart)}] }}\n");
        }

        text.Append(plan.Happenings.IsEmpty ? "" : "steps:\n");
        foreach (var what in plan.Happenings)
        {
            text.Append(Step(what));
        }

        File.WriteAllText(Path.Combine(Folder, NameOf(mutant) + ".yaml"), text.ToString());
    }

    private static string Storage(ServicePlan service) => service.IsSynchronous ? "synchronous"
        : service.Policy.HasCopies ? "copies"
        : service.Policy.StorageExcludes ? "excluding" : "shared";

    private static string Step(Happening what)
    {
        var (name, word) = Word(what);
        var says = word.Needs | (word.WithOther == what.Kind ? StepNeeds.Other : StepNeeds.Nothing) | (what.For > TimeSpan.Zero ? word.Takes & StepNeeds.Span : StepNeeds.Nothing);
        return $"  - {{ at: {Span(what.At)}, do: {name}{Said(StepNeeds.Node, "node", what.Node)}{Said(StepNeeds.Other, "other", what.Other)}{Said(StepNeeds.Service, "service", what.Service)}{Said(StepNeeds.Span, "for", Span(what.For))} }}\n";

        string Said(StepNeeds need, string field, string value) => says.HasFlag(need) ? $", {field}: {value}" : "";
    }

    private static (string Name, StepWord Word) Word(Happening what) => StepWords.All.Where(word => word.Value.Kind == what.Kind || word.Value.WithOther == what.Kind).Select(word => (word.Key, word.Value)).First();

    private static TimeSpan Round(TimeSpan span) => TimeSpan.FromMilliseconds(Math.Round(span.TotalMilliseconds));

    private static string Span(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.###}s");

    private static string Switch(bool value) => value ? "true" : "false";
}
