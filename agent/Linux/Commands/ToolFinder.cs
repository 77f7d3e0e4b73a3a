using System.Buffers;

using NodeAgent.Contract;
using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Commands;

/// <summary>Finds programs on a path that only root can write to, so that nobody else decides what root runs.</summary>
internal sealed class ToolFinder(IReadOnlyList<string> extraFolders, string resourceAgents = ToolFinder.ResourceAgents)
{
    /// <summary>Where OCF puts resource agents.</summary>
    public const string ResourceAgents = "/usr/lib/ocf/resource.d";

    private static readonly string[] SystemFolders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-");

    /// <summary>The search path that programs themselves get.</summary>
    public string SearchPath { get; } = string.Join(':', [.. extraFolders, .. SystemFolders]);

    /// <summary>The program's full path. "ocf:PROVIDER:TYPE" is a resource agent.</summary>
    public Outcome<string> Find(string tool)
    {
        if (tool.Split(':') is ["ocf", var provider, var type] && IsName(provider) && IsName(type))
        {
            return FindAgent(tool, provider, type);
        }

        if (!IsName(tool))
        {
            return new Fault(
                FaultCode.InvalidArgument,
                $"cannot run \"{tool}\"",
                "a tool is named by letters, digits and . _ + - only, without a folder",
                "Name the tool as it is called.",
                Retry.Never);
        }

        foreach (var folder in extraFolders)
        {
            if (FileOwner.Of(Path.Join(folder, tool)) is { IsExecutable: true })
            {
                return Path.Join(folder, tool);
            }
        }

        foreach (var folder in SystemFolders)
        {
            var path = Path.Join(folder, tool);
            if (FileOwner.Of(path) is { IsExecutable: true } owner)
            {
                return owner.OnlyRootWrites && FileOwner.Of(folder) is { OnlyRootWrites: true }
                    ? path
                    : NotTrusted(tool, path);
            }
        }

        return new Fault(
            FaultCode.NotFound,
            $"cannot run {tool}",
            $"there is no such program on {SearchPath}",
            $"Install the package that brings {tool} (apt-file search bin/{tool}).",
            Retry.AfterFix);
    }

    private static bool IsName(string tool) =>
        tool.Length > 0 && tool[0] is not ('.' or '-') && !tool.AsSpan().ContainsAnyExcept(NameCharacters);

    private Outcome<string> FindAgent(string tool, string provider, string type)
    {
        var folder = Path.Join(resourceAgents, provider);
        var path = Path.Join(folder, type);
        if (FileOwner.Of(path) is not { IsExecutable: true } owner)
        {
            return new Fault(
                FaultCode.NotFound,
                $"cannot run {tool}",
                $"there is no program {path}",
                "Install the package that brings it, such as resource-agents, or correct its name.",
                Retry.AfterFix);
        }

        // A folder that is given for tests is trusted as it is.
        return resourceAgents != ResourceAgents || (owner.OnlyRootWrites && FileOwner.Of(folder) is { OnlyRootWrites: true })
            ? path
            : NotTrusted(tool, path);
    }

    private static Fault NotTrusted(string tool, string path) => new(
        FaultCode.PermissionDenied,
        $"cannot run {tool}",
        $"{path} or its folder can be written by others than root",
        $"Find out who changed it, then reinstall the package (dpkg -S {path}).",
        Retry.AfterFix);
}
