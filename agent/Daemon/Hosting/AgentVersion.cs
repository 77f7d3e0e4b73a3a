using System.Reflection;

namespace NodeAgent.Daemon.Hosting;

/// <summary>Which version runs, and whether another one is installed.</summary>
internal static class AgentVersion
{
    /// <summary>The package writes the old version here when it replaces files under a running agent.</summary>
    public const string RestartFlag = "/run/nodeagent/restart-required";

    private static readonly string[] Parts =
        (typeof(AgentVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Split('+', 2);

    /// <summary>The version that runs.</summary>
    public static string Running => Parts[0];

    /// <summary>The commit it was built from; empty if unknown.</summary>
    public static string Revision => Parts.Length > 1 ? Parts[1] : "";

    /// <summary>The version that still runs although another is installed; null if they are the same.</summary>
    public static string? RestartRequired() => File.Exists(RestartFlag) ? Running : null;
}
