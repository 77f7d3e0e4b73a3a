namespace NodeAgent.Contract;

/// <summary>What a site last said of its side of a volume.</summary>
/// <param name="Site">The site's name.</param>
/// <param name="IsHere">True for this site.</param>
/// <param name="IsSource">Whether it says that its own side is the source.</param>
/// <param name="IsUp">Whether who said it lives, as far as this site's storage knows.</param>
/// <param name="Native">The storage's own words.</param>
/// <param name="At">When it was said, by that site's clock; null if nothing was.</param>
public sealed record SiteVoice(string Site, bool IsHere, bool IsSource, bool IsUp, string Native, DateTimeOffset? At);
