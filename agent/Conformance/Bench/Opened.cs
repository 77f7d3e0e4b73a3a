using NodeAgent.Contract;

namespace NodeAgent.Conformance.Bench;

/// <summary>A volume that has a path, with the way in which its bytes are reached.</summary>
internal sealed record Opened(Volume Volume, Func<FileAccess, CancellationToken, Task<Stream>> OpenAsync)
{
    public string Path => Volume.Path!;
}
