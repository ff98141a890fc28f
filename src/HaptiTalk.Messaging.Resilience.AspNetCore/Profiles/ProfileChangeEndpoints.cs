using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Settings by hand.</summary>
internal static class ProfileChangeEndpoints
{
    public static void MapProfileChanges(this IEndpointRouteBuilder group)
    {
        group.MapPut("/profiles/{service}", ChangeAsync)
            .WithName("ChangeResilienceProfile")
            .WithSummary("Overrides configured values: all of them, or none if one is wrong.")
            .Accepts<IReadOnlyDictionary<string, string>>("application/json", RequestBody.AnyType)
            .Produces<ProfileView>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesValidationProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge);
        group.MapDelete("/profiles/{service}/overrides", TakeBack)
            .WithName("RevertResilienceProfile")
            .WithSummary("Takes overrides back.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesValidationProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext context,
        [Description("The profile's name.")] string service,
        [Description("The operation that gets the values; without it the whole service.")] string? operation,
        [Description("true checks the values and shows the result, and changes nothing.")] string? dryRun,
        [Description(Reason.Description)] string? reason,
        IMessagingResilience resilience,
        IResilienceControl control)
    {
        var known = new KnownNames(resilience);
        if (!known.TryFindProfile(service, out string? profile, out IResult? problem) || !known.TryFindOperation(profile, operation, out string? own, out problem))
            return problem;

        (SettingsBody? change, problem) = await RequestBody.ReadJsonAsync(
            context.Request, RequestBody.Small, (json, _) => new SettingsBody(json, own)).ConfigureAwait(false);
        if (change is null)
            return problem!;

        change.Errors.Add(Reason.Name, Reason.ProblemOf(reason));
        if (!QueryFlag.TryRead(dryRun, out bool isDryRun))
            change.Errors.Add("dryRun", QueryFlag.Rule);

        // Also where something is wrong already: whoever wrote it wants to know all of it at once.
        bool isOnlyTried = isDryRun || !change.Errors.None;
        try
        {
            ProfileDescription changed = isOnlyTried ? control.Preview(profile, change.Settings, own) : Change();
            return change.Errors.None
                ? TypedResults.Json(ProfileView.From(changed), DocumentedJson.Options)
                : Problems.Invalid(change.Errors);
        }
        catch (InvalidProfilesException invalid)
        {
            change.Add(invalid, [.. OverrideKeys.SettingsOf(resilience.Describe(profile))]);
            return Problems.Invalid(change.Errors);
        }

        ProfileDescription Change()
        {
            control.Change(profile, change.Settings, Caller.NameOf(context), reason);
            return resilience.Describe(profile, own);
        }
    }

    private static IResult TakeBack(
        HttpContext context,
        [Description("The profile's name.")] string service,
        [Description("The setting; without it all overrides.")] string? key,
        [Description("The operation that has the overrides; without it the whole service.")] string? operation,
        [Description(Reason.Description)] string? reason,
        IMessagingResilience resilience,
        IResilienceControl control)
    {
        var known = new KnownNames(resilience);
        if (!known.TryFindProfile(service, out string? profile, out IResult? problem) || !known.TryFindOperation(profile, operation, out string? own, out problem))
            return problem;
        if (Reason.ProblemOf(reason) is { } wrong)
            return Problems.Invalid(Reason.Name, wrong);

        string prefix = OverrideKeys.PrefixOf(own);
        string[] changed = [.. resilience.Describe(profile).OverriddenKeys];
        string[] taken = Array.FindAll(changed, candidate => key is null
            ? candidate.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            : string.Equals(candidate, prefix + key, StringComparison.OrdinalIgnoreCase));
        if (taken.Length == 0)
        {
            return Problems.Of(
                StatusCodes.Status404NotFound,
                changed.Length == 0 ? $"Nothing of '{profile}' is changed by hand." : $"That is not changed by hand. Of '{profile}' are: {string.Join(", ", changed.Order(StringComparer.Ordinal))}.");
        }

        try
        {
            if (taken.Length == changed.Length)
                control.Revert(profile, Caller.NameOf(context), reason);
            else
                control.Change(profile, taken.ToDictionary(each => each, _ => (string?)null, StringComparer.OrdinalIgnoreCase), Caller.NameOf(context), reason);
            return TypedResults.NoContent();
        }
        catch (InvalidProfilesException invalid)
        {
            return Conflict(invalid, "The other overrides are not valid without it. Take those back first, or all of them. Nothing has changed.");
        }
    }

    private static IResult Conflict(InvalidProfilesException invalid, string detail)
    {
        var errors = new FieldErrors();
        foreach (ProfileProblem problem in invalid.Problems)
            errors.Add(OverrideKeys.KeyIn(problem.Path) ?? problem.Path, problem.Message);
        return Problems.Invalid(errors, StatusCodes.Status409Conflict, detail);
    }
}
