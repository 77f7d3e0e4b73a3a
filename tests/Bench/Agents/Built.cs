using NodeAgent.Bench.Running;

namespace NodeAgent.Bench.Agents;

/// <summary>Where the build put the agent and its plugin. NODEAGENT_BENCH_AGENT names another agent, such as the packaged one.</summary>
internal static class Built
{
    private static string Root { get; } = FindRoot();

    /// <summary>The agent's program.</summary>
    public static string Agent { get; } = Existing(
        Environment.GetEnvironmentVariable("NODEAGENT_BENCH_AGENT") ?? Path.Combine(Root, "artifacts/bin/Daemon/release/nodeagent"));

    /// <summary>The Directory plugin's folder.</summary>
    public static string DirectoryPlugin { get; } = Existing(Path.Combine(Root, "artifacts/bin/Directory/release"));

    /// <summary>The guard, compiled to machine code by build/guard.sh.</summary>
    public static string Guard => Existing(Path.Combine(Root, "artifacts/publish/Guard/release_linux-x64/nodeagent-guard"));

    /// <summary>The environment that the package gives an etcd member.</summary>
    public static IReadOnlyDictionary<string, string> EtcdEnvironment => File.ReadLines(Path.Combine(Root, "systemd/nodeagent-etcd.service"))
        .Where(line => line.StartsWith("Environment=", StringComparison.Ordinal))
        .SelectMany(line => line["Environment=".Length..].Split(' '))
        .Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "NodeAgent.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new CannotRunException("the repository's root is not above the program");
    }

    private static string Existing(string path) =>
        Path.Exists(path) ? path : throw new CannotRunException($"{path} is not built; ./dev bench builds the release configuration");
}
