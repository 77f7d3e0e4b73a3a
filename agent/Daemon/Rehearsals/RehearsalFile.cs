using NodeAgent.Core.Leases;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Configuration.Schema;
using NodeAgent.Daemon.Configuration.Yaml;

namespace NodeAgent.Daemon.Rehearsals;

/// <summary>Reads a file for <c>nodeagent simulate</c>, YAML or JSON, and tells everything that is wrong with it at once.</summary>
internal static class RehearsalFile
{
    private const string Needs = "nodes, services and steps; nodeagent-simulate(5) has an example";

    /// <summary>Reads. Never throws on what the file holds.</summary>
    public static RehearsalReading Read(string path)
    {
        var problems = new ProblemList();
        if (YamlFile.Read(path, problems, Needs) is not { } tree)
        {
            return new RehearsalReading(null, problems.InOrder([path]));
        }

        var values = new SchemaWalk(problems, RehearsalSchema.Root).Walk(tree);
        var builder = new RehearsalBuilder(values, problems, Place.StartOf(path));
        var plan = builder.Build();
        if (!problems.HasErrors && Timings.Compute(plan.Choice) is { IsOk: false } timings)
        {
            problems.Error(values.PlaceOf("settings") ?? Place.StartOf(path), "settings", timings.Fault.Why, timings.Fault.NextStep.TrimEnd('.'));
        }

        return new RehearsalReading(problems.HasErrors ? null : plan, problems.InOrder([path]));
    }
}
