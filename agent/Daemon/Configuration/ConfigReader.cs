using NodeAgent.Daemon.Configuration.Checks;
using NodeAgent.Daemon.Configuration.Schema;
using NodeAgent.Daemon.Configuration.Yaml;

namespace NodeAgent.Daemon.Configuration;

/// <summary>Reads nodeagent.yaml and its drop-ins, and tells everything that is wrong with them at once.</summary>
internal static class ConfigReader
{
    /// <summary>Where the package puts the file.</summary>
    public const string DefaultPath = "/etc/nodeagent/nodeagent.yaml";

    /// <summary>Where drop-ins are looked for.</summary>
    public const string DefaultDropIns = "/etc/nodeagent/conf.d";

    /// <summary>The exit status for a configuration with errors (EX_CONFIG); the unit does not restart on it.</summary>
    public const int ExitStatus = 78;

    private static readonly IReadOnlyList<IConfigCheck> AllChecks =
    [
        new NodeNameCheck(), new NetworkCheck(), new PeerNetworksCheck(), new ListenCheck(), new StateCheck(),
        new PluginsCheck(), new BackendOptionsCheck(), new DataPathCheck(), new ServicesCheck(), new FencingCheck(), new FailoverCheck(), new StoreCheck(),
        new LossLimitCheck(),
    ];

    /// <summary>Reads. Never throws on what a file holds.</summary>
    /// <param name="path">The main file; it must exist.</param>
    /// <param name="dropIns">The folder of drop-ins, read in the order of their names; null or missing for none.</param>
    /// <param name="sources">What else the configuration depends on.</param>
    public static ConfigReading Read(string path, string? dropIns, ConfigSources sources)
    {
        var problems = new ProblemList();
        List<string> files = [path, .. DropIns.In(dropIns, problems)];
        var trees = files.ConvertAll(file => YamlFile.Read(file, problems));
        var merged = trees.OfType<YamlMap>().Aggregate(
            new YamlMap(Place.StartOf(path), []),
            (under, over) => YamlMerge.Groups(under, over, ConfigSchema.Root.Fields));
        var values = new SchemaWalk(problems, ConfigSchema.Root).Walk(merged);
        var config = new ConfigBuilder(values, sources).Build();

        // With a file missing from the whole, references would be called wrong that are not.
        if (trees.TrueForAll(tree => tree is not null))
        {
            var draft = new ConfigDraft(config, values, Place.StartOf(path), sources);
            foreach (var check in AllChecks)
            {
                check.Check(draft, problems);
            }
        }

        return new ConfigReading(
            problems.HasErrors ? null : config,
            problems.InOrder(files),
            ConfigLines.Of(config, values),
            files);
    }
}
