namespace NodeAgent.Plugins.DirectoryBackend.Streams;

/// <summary>A receive that broke off.</summary>
/// <param name="Header">The stream's header.</param>
/// <param name="Position">All frames before this offset are in the file, durably.</param>
internal sealed record PartialRecord(StreamHeader Header, long Position)
{
    public ResumeToken Token => new(Header.ToGuid, Header.FromGuid, Position);
}
