using NodeAgent.Contract;

namespace NodeAgent.Plugins.DirectoryBackend;

/// <summary>The plugin's door.</summary>
public sealed class DirectoryBackendFactory : IBackendFactory
{
    private const string PathOption = "path";

    /// <inheritdoc/>
    public IReadOnlyList<BackendOption> Options { get; } =
    [
        new(PathOption, "The folder that holds the units, on a file system of this node.", Required: true, CheckPath),
    ];

    /// <inheritdoc/>
    public Outcome<IBackend> Create(BackendContext context)
    {
        var path = context.Options.GetValueOrDefault(PathOption);
        return CheckPath(path) is { } wrong
            ? new Fault(
                FaultCode.InvalidArgument, $"cannot make backend '{context.Id}'", $"option 'path' {wrong}",
                "Give 'path' an absolute folder, such as /srv/nodeagent.", Retry.AfterFix)
            : new DirectoryStorage(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path!)), context, beforeStep: null);
    }

    private static string? CheckPath(string? path) => path switch
    {
        null or "" => "is missing",
        _ when path.Contains('\0', StringComparison.Ordinal) => "has a null character",
        _ when !Path.IsPathFullyQualified(path) => $"must be absolute, not '{path}'",
        "/" => "must not be the root folder",
        _ => null,
    };
}
