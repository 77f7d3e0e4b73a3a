using System.Text.Json.Serialization;

namespace NodeAgent.Daemon.Configuration;

/// <summary>Whether the agent can run with the problem.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProblemSeverity>))]
internal enum ProblemSeverity
{
    /// <summary>The configuration is used; somebody should look at it.</summary>
    Warning = 0,

    /// <summary>The configuration is not used.</summary>
    Error = 1,
}
