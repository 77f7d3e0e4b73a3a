using System.CommandLine;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Scenarios;

namespace NodeAgent.Lab.Verbs;

/// <summary><c>lab run SCENARIO|all</c></summary>
public static class RunVerb
{
    public static Command Build()
    {
        var names = new Argument<string[]>("scenario") { Arity = ArgumentArity.OneOrMore, Description = "Names from `lab list`, or all" };
        var json = new Option<FileInfo?>("--json") { Description = "Write one object per scenario to this file" };
        var deb = new Option<FileInfo?>("--deb") { Description = "The NodeAgent package to test" };
        var artifacts = new Option<DirectoryInfo?>("--artifacts") { Description = "Where logs of failures go" };
        var keep = new Option<bool>("--keep") { Description = "Leave the nodes of the last scenario running" };
        var command = new Command("run", "Run scenarios, each on fresh nodes") { names, json, deb, artifacts, keep };
        command.SetAction(async (parsed, cancel) =>
        {
            var wanted = parsed.GetValue(names)!;
            var unknown = wanted.Where(name => name != "all" && Catalogue.All.All(scenario => scenario.Name != name)).ToList();
            if (unknown.Count > 0)
            {
                await Console.Error.WriteLineAsync($"No such scenario: {string.Join(", ", unknown)}. `lab list` names them.");
                return 2;
            }

            var chosen = wanted.Contains("all", StringComparer.Ordinal)
                ? Catalogue.All
                : [.. Catalogue.All.Where(scenario => wanted.Contains(scenario.Name, StringComparer.Ordinal))];
            var folders = new LabFolders(parsed.GetValue(artifacts)?.FullName);
            using var cluster = await LabVerbs.OpenAsync(folders, cancel);
            var runner = new ScenarioRunner(cluster, folders, parsed.GetValue(deb)?.FullName);
            var results = await runner.RunAsync(chosen, cancel);
            if (!parsed.GetValue(keep))
            {
                await cluster.DownAsync();
            }

            return await Results.WriteAsync(results, parsed.GetValue(json)?.FullName);
        });
        return command;
    }
}
