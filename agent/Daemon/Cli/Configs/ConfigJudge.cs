using NodeAgent.Daemon.Configuration;

namespace NodeAgent.Daemon.Cli.Configs;

/// <summary>Reads a configuration as the agent would, and holds it against what the installed plugins take.</summary>
internal static class ConfigJudge
{
    public static async Task<ConfigReading> ReadAsync(string path, string? dropIns, TimeProvider time, CancellationToken cancellation)
    {
        var host = Environment.MachineName;
        var first = ConfigReader.Read(path, dropIns, new ConfigSources(host));
        var wanted = first.Lines
            .Where(line => line.Field.StartsWith("backends[", StringComparison.Ordinal) && line.Field.EndsWith("].plugin", StringComparison.Ordinal))
            .ToDictionary(line => line.Field, line => line.Value, StringComparer.Ordinal);
        if (wanted.Count == 0)
        {
            return first;
        }

        var options = await PluginOptions.LoadAsync(
            ValueOf(first, "plugins.path"), ValueOf(first, "plugins.require_root_owned") == "true", wanted.Values, time, cancellation);
        var second = ConfigReader.Read(path, dropIns, new ConfigSources(host, options.Of, options.TrialOf) { IsCopied = options.IsCopied });
        return second with { Problems = [.. second.Problems.Select(problem => WithReason(problem, wanted, options))] };
    }

    public static string ValueOf(ConfigReading reading, string field) =>
        reading.Lines.FirstOrDefault(line => line.Field == field)?.Value ?? "";

    /// <summary>A plugin that is there and broken is another matter than one that is not there.</summary>
    private static ConfigProblem WithReason(ConfigProblem problem, Dictionary<string, string> wanted, PluginOptions options) =>
        wanted.TryGetValue(problem.Field, out var plugin) && options.FailureOf(plugin) is { } failure && options.Of(plugin) is null
            ? problem with { Message = $"plugin '{plugin}' cannot be loaded: {failure.TrimEnd('.')}", Remedy = "'nodeagent plugin verify' shows all that is wrong with it" }
            : problem;
}
