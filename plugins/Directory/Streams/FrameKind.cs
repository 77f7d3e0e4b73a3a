namespace NodeAgent.Plugins.DirectoryBackend.Streams;

/// <summary>What a frame of a stream is.</summary>
internal enum FrameKind
{
    /// <summary>The header, as JSON; first.</summary>
    Header = 1,

    /// <summary>Offset (8 bytes) and bytes.</summary>
    Bytes = 2,

    /// <summary>Offset and length (8 bytes each) of a run of zeros.</summary>
    Zeros = 3,

    /// <summary>The digest of the whole content after the stream; last.</summary>
    Trailer = 4,
}
