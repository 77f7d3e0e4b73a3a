namespace NodeAgent.Contract;

/// <summary>A stream that broke off half way and can go on.</summary>
/// <param name="Token">What the sender needs to go on; opaque.</param>
/// <param name="Bytes">Bytes received so far; null if unknown.</param>
public sealed record PartialReceive(string Token, long? Bytes)
{
    /// <summary>The name of the snapshot that it completes; null if the backend can't tell. What has that name is kept on the other volumes meanwhile.</summary>
    public string? Target { get; init; }
}
