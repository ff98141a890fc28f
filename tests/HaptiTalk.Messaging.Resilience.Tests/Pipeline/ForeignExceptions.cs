// What validation and guard libraries throw, by the names that they have there.

namespace FluentValidation
{
    internal class ValidationException : Exception;
}

namespace Ardalis.GuardClauses
{
    internal sealed class NotFoundException : Exception;
}

namespace Vogen
{
    internal sealed class ValueObjectValidationException : Exception;
}

namespace Volo.Abp.Validation
{
    internal sealed class AbpValidationException : Exception;
}

namespace HaptiTalk.Messaging.Resilience.Tests
{
    internal sealed class OrderInvalidException : FluentValidation.ValidationException;
}
