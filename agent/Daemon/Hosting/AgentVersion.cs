using System.Reflection;

namespace NodeAgent.Daemon.Hosting;

/// <summary>Which version runs, and whether another one is installed.</summary>
internal static class AgentVersion
{
    /// <summary>The package writes the old version here when it replaces files under a running agent.</summary>
    public const string RestartFlag = "/run/nodeagent/restart-required";

    /// <summary>The version that runs.</summary>
    public static string Running { get; } =
        typeof(AgentVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>The version that still runs although another is installed; null if they are the same.</summary>
    public static string? RestartRequired() => File.Exists(RestartFlag) ? Running : null;
}
