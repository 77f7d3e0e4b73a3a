namespace NodeAgent.Tests.Guard;

/// <summary>What the device was told: 'T' timeout set, 'S' started, 'F' fed, 'V' stopped; and when, on the boot clock.</summary>
internal readonly record struct FeedRecord(char What, long At);
