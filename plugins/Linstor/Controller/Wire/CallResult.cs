namespace NodeAgent.Plugins.LinstorBackend.Controller.Wire;

/// <summary>One entry of what a controller says to an order: "ApiCallRc".</summary>
/// <param name="Code">The masked number: its kind in the two highest bits, what it is about, and the number itself.</param>
/// <param name="Message">What happened.</param>
/// <param name="Cause">Why; may be empty.</param>
/// <param name="Details">More of it; may be empty.</param>
/// <param name="Correction">What to do; may be empty.</param>
/// <param name="Reports">Names of error reports.</param>
/// <param name="About">What it is about: node, resource, volume, by kind.</param>
internal sealed record CallResult(
    long Code, string Message, string Cause, string Details, string Correction, IReadOnlyList<string> Reports, IReadOnlyDictionary<string, string> About)
{
    /// <summary>The number without what it is about.</summary>
    public int Number => (int)(Code & 0x7fff);

    public bool IsError => (ulong)Code >> 62 == 3;

    public bool IsWarning => (ulong)Code >> 62 == 2;

    /// <summary>Codes outside all masks: the controller did not understand the call, or who called.</summary>
    public bool IsSpecial => IsError && (ulong)(Code & 0x0fffffffffffffff) >= 0x0ffffffffffffffd;

    /// <summary>It is written down, and a satellite that is away has not done it.</summary>
    public bool IsDeferred => Number is 1002 or 1003 && IsWarning;

    public static CallResult Read(JsonLook look) => new(
        look.Code("ret_code"), look.Text("message"), look.TextOr("cause"), look.TextOr("details"), look.TextOr("correction"), look.Texts("error_report_ids"), look.Map("obj_refs"));
}
