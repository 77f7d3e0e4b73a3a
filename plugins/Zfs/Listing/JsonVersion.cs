using System.Text.Json;

namespace NodeAgent.Plugins.ZfsBackend.Listing;

/// <summary>The version that zfs and zpool put into their JSON. Another major version may mean anything.</summary>
internal static class JsonVersion
{
    public const int Major = 0;

    /// <summary>What is wrong with it, or null.</summary>
    public static string? Wrong(JsonElement root, string command)
    {
        var version = root.GetProperty("output_version");
        var said = version.GetProperty("command").GetString();
        if (!string.Equals(said, command, StringComparison.Ordinal))
        {
            return $"the output says it is of '{said}', not of '{command}'";
        }

        var major = version.GetProperty("vers_major").GetInt32();
        return major == Major ? null : $"the output of '{command}' has version {major}.x; the agent knows {Major}.x";
    }
}
